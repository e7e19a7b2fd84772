// Publish the values of Streamlit's sliders while they are dragged; Streamlit itself sends nothing until release.
import { isHidden, readSlider, widgetOf } from "./dom.js"
import { liveValues, onOpen, publish, replayToNewCharts } from "./live_bus.js"
import { find, listen, stateFor } from "./state.js"

/**
 * What nnviz/web/live.py sends: the keys of the sliders, and the values of the last run. `outcome` is said by a screen
 * reader when it changes; the `first` one, too, if it is an answer.
 * @typedef {{sliders: string[], values: Record<string, number>, outcome: string, first: boolean}} Data
 * @typedef {import("./live_bus.js").Values} Values
 */

const ANNOUNCED = 100 // milliseconds that a live region must exist before its words are spoken

const stateOf = stateFor(() => ({
  held: false,
  frame: 0,
  before: /** @type {Values} */ ({}),
  start: "",
  outcome: /** @type {string | undefined} */ (undefined),
  leave: () => {},
}))

/** The values of the sliders that are on the page. @param {string[]} keys @param {Node} near @returns {Values} */
function readSliders(keys, near) {
  /** @type {Values} */
  const values = {}
  for (const key of keys) {
    const value = readSlider(key, near)
    if (value !== undefined) values[key] = value
  }
  return values
}

/** Let a screen reader say the outcome if it is new. @param {{outcome?: string}} state @param {Data} data @param {Element} region */
function announce(state, { outcome, first }, region) {
  const isNew = state.outcome === undefined ? first : state.outcome !== outcome
  state.outcome = outcome
  if (isNew) {
    setTimeout(() => {
      region.textContent = outcome
    }, ANNOUNCED)
  }
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement }) {
  const { sliders, values } = data
  const state = stateOf(parentElement)
  state.leave()
  const follow = () => {
    publish(readSliders(sliders, parentElement))
    if (state.held) state.frame = requestAnimationFrame(follow)
  }
  const isOurs = (/** @type {Event} */ { target }) => widgetOf(target, sliders, parentElement) !== undefined
  const stopListening = listen({
    pointerdown: (event) => {
      if (!isOurs(event)) return
      state.held = true
      state.before = { ...liveValues() }
      state.start = JSON.stringify(readSliders(sliders, parentElement))
      cancelAnimationFrame(state.frame)
      follow()
    },
    pointerup: () => {
      // a slider that was only touched changes nothing, also where the charts show another frame than its value
      const moved = !state.held || JSON.stringify(readSliders(sliders, parentElement)) !== state.start
      state.held = false
      if (!moved) publish(state.before)
    },
    pointercancel: () => {
      state.held = false
    },
    keydown: (event) => {
      if (isOurs(event)) requestAnimationFrame(() => requestAnimationFrame(follow))
    },
    // a screen reader presses no key
    input: (event) => {
      if (isOurs(event)) requestAnimationFrame(follow)
    },
  })
  const stopReplay = replayToNewCharts()
  const publishOurs = () => {
    if (!isHidden(parentElement)) publish(values)
  }
  const stopOpening = onOpen(publishOurs)
  if (state.held) follow()
  else publishOurs()
  announce(state, data, find(parentElement, ".said"))
  state.leave = () => {
    cancelAnimationFrame(state.frame)
    stopListening()
    stopOpening()
    stopReplay()
  }
  return () => state.leave()
}
