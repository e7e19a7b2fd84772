// The tabs of the chapters. A click shows the chapter at once if the page has it, and tells the server; the others are
// hidden by one rule of style. When the pointer or the focus reaches a tab, the server draws its chapter beforehand.
//
// The server hears of a click by chapter_turns.js, and draws one chapter. If it has been at work for a while, it hears by
// the tabs themselves: that ends the work, and runs the whole page.
import { hideOtherChapters, isRunning, markChapter, panelOf, scrollToTop } from "./dom.js"
import { stateFor } from "./state.js"

/**
 * What nnviz/web/chapters.py sends: keys and titles of the chapters, the open one, the number of the last click that was
 * `answered`, and how often the whole page ran: then only the open chapter is on it. `presses`: how often the reader went on
 * by the button below a chapter; then the page shows its top.
 * @typedef {{label: string, chapters: [string, string][], open: string, answered: number, runs: number, presses: number}} Data
 */

const REST = 60 // milliseconds that the pointer rests on a tab before its chapter is drawn
const WORK = 400 // milliseconds of work after which a click ends it
const LOOK = 40 // milliseconds between two looks at the page

let presses = 0 // that the page has answered, on all pages

/** How chapter_turns.js sends. @type {{send?: (name: string, value: unknown) => void}} */
export const turns = {}

const stateOf = stateFor(() => ({
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  tabs: /** @type {Map<string, HTMLButtonElement>} */ (new Map()),
  open: "",
  number: 0,
  asked: /** @type {Set<string>} */ (new Set()), // chapters that are on the page, or soon will be
  prepared: /** @type {Set<string>} */ (new Set()), // those of them that were not open yet
  timer: 0, // of a chapter to be drawn beforehand
  telling: 0, // of a click that the server does not know of yet
  describing: 0, // of an open chapter that is not on the page yet
  send: /** @type {(name: string, value: unknown) => void} */ (() => {}),
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** Show a chapter and its tab. @param {State} state @param {HTMLElement} list @param {string} key */
function show(state, list, key) {
  state.open = key
  for (const [name, tab] of state.tabs) {
    tab.ariaSelected = String(name === key)
    tab.tabIndex = name === key ? 0 : -1
  }
  state.prepared.delete(key)
  hideOtherChapters(key, state.prepared)
  markChapter(key)
  window.dispatchEvent(new CustomEvent("nnviz-chapter"))
  const tab = state.tabs.get(key)
  if (tab) list.scrollTo({ left: tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2 })
  requestAnimationFrame(() => describePanels(state))
}

/** Tell a screen reader which panel belongs to which tab, once the open one is on the page. @param {State} state */
function describePanels(state) {
  const { data, tabs, open } = state
  clearTimeout(state.describing)
  if (!panelOf(open)) state.describing = window.setTimeout(() => describePanels(state), LOOK)
  for (const [key, title] of data.chapters) {
    const [tab, panel] = [tabs.get(key), panelOf(key)]
    if (!tab || !panel) continue
    panel.role = key === open ? "tabpanel" : null
    panel.ariaLabel = key === open ? title : null
    if ("ariaControlsElements" in tab) tab.ariaControlsElements = [panel]
  }
}

/** @param {State} state @param {HTMLElement} list @param {string} key */
function choose(state, list, key) {
  if (key === state.open) return
  clearTimeout(state.timer)
  clearTimeout(state.telling)
  state.number = Math.max(state.number, state.data.answered) + 1
  show(state, list, key)
  state.asked.add(key)
  tell(state, { key, number: state.number }, WORK)
}

/** Tell the server which chapter is open. @param {State} state @param {{key: string, number: number}} chosen @param {number} patience milliseconds */
function tell(state, chosen, patience) {
  const busy = isRunning()
  if (busy && patience > 0) state.telling = window.setTimeout(() => tell(state, chosen, patience - LOOK), LOOK)
  else if (busy || !turns.send) state.send("chosen", chosen)
  else turns.send("chosen", chosen)
}

/** Let the server draw a chapter that is not on the page. @param {State} state @param {string} key @param {number} wait */
function prepare(state, key, wait) {
  clearTimeout(state.timer)
  if (key === state.open || state.asked.has(key)) return
  state.timer = window.setTimeout(() => {
    if (isRunning() || !turns.send) prepare(state, key, wait || REST)
    else {
      state.asked.add(key)
      state.prepared.add(key)
      hideOtherChapters(state.open, state.prepared)
      turns.send("soon", { key })
    }
  }, wait)
}

/** The chapter that a key on a tab leads to. @param {State} state @param {string} key */
function byKey({ data: { chapters }, open }, key) {
  const last = chapters.length - 1
  const at = chapters.findIndex(([name]) => name === open)
  /** @type {Record<string, number>} */
  const to = { ArrowLeft: at > 0 ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last }
  return chapters[to[key]]?.[0]
}

/** @param {State} state @param {HTMLElement} list @param {string} key @param {string} title */
function makeTab(state, list, key, title) {
  const tab = document.createElement("button")
  Object.assign(tab, { type: "button", role: "tab", textContent: title })
  tab.onclick = () => choose(state, list, key)
  tab.onpointerenter = () => prepare(state, key, REST)
  tab.onpointerdown = () => prepare(state, key, 0)
  tab.onpointerleave = () => clearTimeout(state.timer)
  tab.onfocus = () => {
    const next = byKey(state, "ArrowRight")
    if (next && tab.matches(":focus-visible")) prepare(state, next, REST)
  }
  tab.onkeydown = (event) => {
    const to = byKey(state, event.key)
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    choose(state, list, to)
    state.tabs.get(to)?.focus({ preventScroll: true })
  }
  return tab
}

/** @param {State} state @param {HTMLElement} list */
function makeTabs(state, list) {
  const { label, chapters } = state.data
  list.ariaLabel = label
  state.tabs = new Map(chapters.map(([key, title]) => [key, makeTab(state, list, key, title)]))
  list.replaceChildren(...state.tabs.values())
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement, setStateValue }) {
  const state = stateOf(parentElement)
  const list = /** @type {HTMLElement} */ (parentElement.querySelector("[role=tablist]"))
  const before = state.data
  Object.assign(state, { data, send: setStateValue })
  if (JSON.stringify(before?.chapters) !== JSON.stringify(data.chapters)) makeTabs(state, list)
  if (before?.runs !== data.runs) Object.assign(state, { asked: new Set(), prepared: new Set() })
  if (data.answered >= state.number) show(state, list, data.open) // a later click is not answered yet
  if (data.presses > presses) scrollToTop()
  presses = data.presses
  return () => {
    clearTimeout(state.timer)
    clearTimeout(state.telling)
    clearTimeout(state.describing)
    hideOtherChapters(null)
    markChapter("")
  }
}
