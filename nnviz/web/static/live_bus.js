// The live values of the page. Sliders, players and dragged points publish them; charts and components subscribe.
//
// They travel in one window event, "nnviz-live", with all values, so that every chart follows in the same frame and
// without the server. A chart listens by the signal LIVE_SIGNAL of nnviz/charts/theme.py. The values are in the one
// global object of this app, window.nnviz.live, so that a test or a person at the console can read them.
import { isChart, isHidden } from "./dom.js"

/** @typedef {Record<string, any>} Values numbers and drawings by name; null where there is none any more */

/** @returns {Values} the values published so far */
export function liveValues() {
  const page = /** @type {{nnviz?: {live: Values}}} */ (/** @type {unknown} */ (window))
  page.nnviz ??= { live: {} }
  return page.nnviz.live
}

/** Publish the values that are new; nothing is sent if none is. @param {Values} values */
export function publish(values) {
  const live = liveValues()
  const changed = Object.entries(values).filter(([name, value]) => live[name] !== value)
  if (changed.length === 0) return
  for (const [name, value] of changed) live[name] = value
  replay()
}

/** Send all values once more, for a chart that was not there when they were published. */
export function replay() {
  window.dispatchEvent(new CustomEvent("nnviz-live", { detail: { ...liveValues() } }))
}

/**
 * Call `listener` with all values at each change, and when the chapter of `component` is opened. A hidden chapter hears
 * nothing. @param {(values: Values) => void} listener @param {Node} component @returns {() => void} what unsubscribes it
 */
export function subscribe(listener, component) {
  const on = () => {
    if (!isHidden(component)) listener({ ...liveValues() })
  }
  window.addEventListener("nnviz-live", on)
  const stopOpening = onOpen(on)
  return () => {
    window.removeEventListener("nnviz-live", on)
    stopOpening()
  }
}

/** Call `listener` when another chapter has been opened. @param {() => void} listener @returns {() => void} what ends it */
export function onOpen(listener) {
  window.addEventListener("nnviz-chapter", listener)
  return () => window.removeEventListener("nnviz-chapter", listener)
}

let users = 0
/** @type {MutationObserver | undefined} */
let observer

/**
 * Replay the values to every chart that is drawn from now on. @returns {() => void} what ends it; the page is observed as
 * long as one component wants it. When it begins, the values are replayed once to the charts that are already there:
 * they may have been drawn while nobody observed the page, and `publish` sends nothing if no value is new.
 */
export function replayToNewCharts() {
  users += 1
  if (!observer) {
    observer = new MutationObserver((changes) => {
      if (changes.some(({ addedNodes }) => [...addedNodes].some(isChart))) requestAnimationFrame(replay)
    })
    observer.observe(document.body, { subtree: true, childList: true })
    requestAnimationFrame(replay)
  }
  let ended = false
  return () => {
    if (ended) return
    ended = true
    users -= 1
    if (users > 0) return
    observer?.disconnect()
    observer = undefined
  }
}
