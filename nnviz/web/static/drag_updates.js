// Let the server answer while a slider of Streamlit is dragged: one request at a time.
import { readSlider, sliderOf } from "./dom.js"
import { publish } from "./live_bus.js"
import { listen, stateFor } from "./state.js"

/**
 * What nnviz/web/drag_updates.py sends: the keys of the sliders, and the request answered last. `from` is the value of
 * the slider before the drag, `at` its value now; `grab` tells one drag from the next.
 * @typedef {{slider: string, from: number, at: number, grab: number}} Request
 * @typedef {{sliders: string[], answered: Request | null}} Data
 */

const SLOW = 600 // milliseconds: a server that takes longer is asked only where the slider rests; charts hear `slow`
const REST = 300 // milliseconds without a movement
const PAUSE = 60 // milliseconds after an answer, for drawing it and moving the slider

const stateOf = stateFor(() => ({
  slider: /** @type {string | null} */ (null),
  from: /** @type {number | undefined} */ (undefined),
  at: /** @type {number | undefined} */ (undefined),
  asked: /** @type {number | undefined} */ (undefined),
  grab: 0,
  frame: 0,
  moved: 0,
  since: 0, // when the present request was sent; 0 if it is answered
  drawn: 0,
  slow: false,
  leave: () => {},
}))

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data, parentElement, setStateValue }) {
  const [{ sliders, answered }] = data
  const state = stateOf(parentElement)
  state.leave()
  const ask = (/** @type {number | undefined} */ at) => {
    Object.assign(state, { asked: at, since: performance.now() })
    setStateValue("held", { slider: state.slider, from: state.from, at, grab: state.grab })
  }
  const watch = () => {
    const at = readSlider(state.slider ?? "", parentElement)
    const now = performance.now()
    if (at !== state.at) Object.assign(state, { at, moved: now })
    state.slow ||= state.since > 0 && now - state.since > SLOW
    publish({ slow: Number(state.slow) })
    const ready = now > (state.slow ? state.moved + REST : state.drawn)
    if (at !== state.asked && state.since === 0 && ready) ask(at)
    state.frame = requestAnimationFrame(watch)
  }
  const release = () => {
    if (state.slider === null) return
    cancelAnimationFrame(state.frame)
    // Streamlit sends nothing for a slider that is released where the drag began
    if (readSlider(state.slider, parentElement) === state.from && state.asked !== state.from) ask(state.from)
    state.slider = null
  }
  const stopListening = listen({
    pointerdown: ({ target }) => {
      const slider = sliderOf(target, sliders, parentElement)
      if (slider === undefined) return
      const from = readSlider(slider, parentElement)
      Object.assign(state, { slider, from, at: from, asked: from, grab: Date.now(), since: 0, slow: false })
      state.frame = requestAnimationFrame(watch)
    },
    pointerup: release,
    pointercancel: release,
  })
  if (state.since && answered?.grab === state.grab && answered.at === state.asked) {
    const now = performance.now()
    Object.assign(state, { since: 0, slow: now - state.since > SLOW, drawn: now + PAUSE })
  }
  state.leave = () => {
    cancelAnimationFrame(state.frame)
    stopListening()
  }
  if (state.slider !== null) state.frame = requestAnimationFrame(watch)
  return () => state.leave()
}
