// Publish the unit whose mark is pointed at in a chart; null while none is. Other charts light up the same unit.
import { markedNumber, ownerOf } from "./dom.js"
import { publish, replayToNewCharts } from "./live_bus.js"
import { listen, stateFor } from "./state.js"

/** What nnviz/web/linked_marks.py sends: the live value of each chart, by its key. @typedef {{charts: Record<string, string>}} Data */

const stateOf = stateFor(() => ({ data: /** @type {Data} */ ({ charts: {} }), leave: () => {} }))

/** @param {ReturnType<typeof stateOf>} state @param {PointerEvent} event @param {Node} near */
function point({ data: { charts } }, event, near) {
  const target = event.composedPath()[0]
  const owner = ownerOf(target, Object.keys(charts), near)
  const unit = owner === undefined ? undefined : markedNumber(target, "unit")
  /** @type {Record<string, number | null>} */
  const values = Object.fromEntries(Object.values(charts).map((name) => [name, null]))
  if (owner !== undefined && unit) values[charts[owner]] = unit
  publish(values)
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement }) {
  const state = stateOf(parentElement)
  state.leave()
  state.data = data
  const on = (/** @type {PointerEvent} */ event) => point(state, event, parentElement)
  const ends = [listen({ pointermove: on, click: on }), replayToNewCharts()]
  state.leave = () => {
    for (const end of ends) end()
    state.leave = () => {}
  }
  return () => state.leave()
}
