// Keep what Back and Forward lead to: the address of a page with its settings, and how far it was scrolled.
//
// Streamlit 1.67 writes the address of a page that is left once more, without its settings, before it opens the other
// page, and each setting that a run writes is an address of its own. Back would lead to all of them. One run makes one
// entry here, and the first kind none.
import { isRunning, pageScroll, pathOfLink, scrollPage, watchConnection } from "./dom.js"

const LEAVING = 10_000 // milliseconds after which a click that opened no page is forgotten
const LOOK = 50 // milliseconds between two looks
const PATIENCE = 6000 // milliseconds without a run until the old place is given up
const STEADY = 4 // looks at an idle server after which a run is over, or an old place is settled
const GESTURES = ["wheel", "touchstart", "pointerdown", "keydown"]

/** How far each address was scrolled when it was left. @type {Map<string, number>} */
const places = new Map()
let here = ""
let leftAt = Number.NEGATIVE_INFINITY
let returning = 0
let merging = 0 // looks until the present run is over, whose first entry is made
let isOn = false

/** @param {string | URL | null | undefined} url */
const pathOf = (url) => new URL(String(url ?? ""), location.href).pathname

/** Remember the place of a page that a click leaves, before Streamlit scrolls it. @param {MouseEvent} event */
function note(event) {
  const path = pathOfLink(event.target)
  const opensHere = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (path === undefined || !opensHere || path === location.pathname) return
  leftAt = performance.now()
  places.set(here, pageScroll())
}

/** Let the further entries of the present run take the place of its first one. */
function merge() {
  const isWatching = merging > 0
  merging = STEADY
  const look = () => {
    merging = isRunning() ? STEADY : merging - 1
    if (merging > 0) setTimeout(look, LOOK)
  }
  if (!isWatching) setTimeout(look, LOOK)
}

/**
 * Scroll to where the page was left, as soon as it is long enough, unless the reader does something. Back asks for a run,
 * which begins as late as the network is slow; until then, the page before is shown. A short run may be drawn at once
 * with its end, and then only another title tells of it.
 * @param {number} place @param {boolean} isShown whether the page is shown already
 */
function returnTo(place, isShown) {
  const [mine, title] = [++returning, document.title]
  let [steady, hasRun, end] = [0, false, performance.now() + PATIENCE]
  const stopWatch = watchConnection(
    () => {},
    () => {
      hasRun = true
    },
  )
  const stop = () => {
    if (returning === mine) returning += 1
    stopWatch()
    for (const gesture of GESTURES) window.removeEventListener(gesture, stop, true)
  }
  for (const gesture of GESTURES) window.addEventListener(gesture, stop, true)
  const look = () => {
    if (returning !== mine) return stop()
    hasRun ||= document.title !== title
    if (isRunning()) end = performance.now() + PATIENCE
    if (isShown || hasRun) scrollPage(place)
    steady = hasRun && !isRunning() && Math.abs(pageScroll() - place) < 2 ? steady + 1 : 0
    if (steady < STEADY && performance.now() < end) setTimeout(look, LOOK)
    else stop()
  }
  look()
}

/** Watch the history from now on; further calls do nothing. */
export function keepHistory() {
  if (isOn) return
  isOn = true
  here = location.href
  const { pushState, replaceState } = history
  history.pushState = (state, title, url) => {
    const isAway = pathOf(url) !== location.pathname
    const isLeaving = performance.now() - leftAt < LEAVING
    if (isLeaving && !isAway) return
    if (!isLeaving) places.set(here, pageScroll())
    leftAt = Number.NEGATIVE_INFINITY
    if (isAway) returning += 1
    if (merging > 0 && !isAway) replaceState.call(history, state, title, url)
    else pushState.call(history, state, title, url)
    merge()
    here = location.href
  }
  history.replaceState = (state, title, url) => {
    replaceState.call(history, state, title, url)
    here = location.href
  }
  window.addEventListener("click", note, true)
  window.addEventListener("popstate", () => {
    places.set(here, pageScroll())
    const isShown = pathOf(here) === location.pathname
    here = location.href
    returnTo(places.get(here) ?? 0, isShown)
  })
}
