// Publish the unit whose mark is pointed at in a chart; null while none is. Other charts light up the same unit.
// A chart takes the keyboard, too: arrows choose among its units.
import { boxOf, chartOf, markedNumber, markedNumbers, ownerOf } from "./dom.js"
import { liveValues, publish, replayToNewCharts, subscribe } from "./live_bus.js"
import { listen, stateFor } from "./state.js"

/** What nnviz/web/linked_marks.py sends: the live value of each chart, by its key. @typedef {{charts: Record<string, string>, words: string}} Data */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })

const stateOf = stateFor(() => ({
  data: /** @type {Data} */ ({ charts: {}, words: "" }),
  boxes: /** @type {Map<Element, string>} */ (new Map()), // with the keyboard -> the key of the chart
  leave: () => {},
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** @param {State} state @param {string | undefined} owner @param {number | undefined} unit */
function light({ data: { charts } }, owner, unit) {
  /** @type {Record<string, number | null>} */
  const values = Object.fromEntries(Object.values(charts).map((name) => [name, null]))
  if (owner !== undefined && unit) values[charts[owner]] = unit
  publish(values)
}

/** @param {State} state @param {PointerEvent} event @param {Node} near */
function point(state, event, near) {
  const target = event.composedPath()[0]
  const owner = ownerOf(target, Object.keys(state.data.charts), near)
  light(state, owner, owner === undefined ? undefined : markedNumber(target, "unit"))
}

/** Let the keyboard reach the charts. What Streamlit draws them in stays. @param {State} state @param {Node} near */
function takeKeyboard({ data: { charts, words }, boxes }, near) {
  if (boxes.size === Object.keys(charts).length && [...boxes.keys()].every((box) => box.isConnected)) return
  boxes.clear()
  for (const key of Object.keys(charts)) {
    const svg = chartOf(key, near)
    if (!svg) continue
    const box = boxOf(svg)
    box.tabIndex = 0
    box.setAttribute("role", "group")
    box.setAttribute("aria-label", words)
    boxes.set(box, key)
  }
}

/** @param {State} state @param {KeyboardEvent} event @param {Node} near */
function press(state, event, near) {
  const owner = event.target instanceof Element ? state.boxes.get(event.target) : undefined
  const svg = owner === undefined ? null : chartOf(owner, near)
  if (owner === undefined || !svg || !(event.key in STEPS || event.key === "Escape")) return
  event.preventDefault()
  const units = markedNumbers(svg, "unit")
  const at = units.indexOf(liveValues()[state.data.charts[owner]])
  const step = STEPS[event.key] // undefined: none lights up any more
  const next = at < 0 ? (step < 0 ? units.length - 1 : 0) : (at + step + units.length) % units.length
  light(state, owner, step ? units[next] : undefined)
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement }) {
  const state = stateOf(parentElement)
  state.leave()
  state.data = data
  state.boxes.clear()
  const on = (/** @type {PointerEvent} */ event) => point(state, event, parentElement)
  const ends = [
    listen({
      pointermove: on,
      click: on,
      keydown: (event) => press(state, event, parentElement),
      focusout: (event) => state.boxes.has(/** @type {Element} */ (event.target)) && light(state, undefined, undefined),
    }),
    subscribe(() => takeKeyboard(state, parentElement), parentElement),
    replayToNewCharts(),
  ]
  takeKeyboard(state, parentElement)
  state.leave = () => {
    for (const end of ends) end()
    state.leave = () => {}
  }
  return () => state.leave()
}
