// Sliders of Streamlit that the charts follow while a hand moves them: Streamlit itself sends nothing until release.
import { retell, tell, toldValues } from "./channel.js"
import { forPaper } from "./paper.js"
import { readSlider } from "./sliders.js"

/**
 * What nnviz/ui/live.py sends: the keys of the sliders, and the values of the last rerun. A slider is read in the
 * element of class st-key-<key>, while it is held and after a key press in it. `outcome` is said when it is another,
 * also the `first` one where that is an answer too.
 * @typedef {{sliders: string[], values: Record<string, number>, outcome: string, first: boolean}} Data
 */

const HEARD = 100 // milliseconds a live region must be there before its words are heard

function readSliders(keys) {
  const values = {}
  for (const key of keys) {
    const value = readSlider(key)
    if (value !== undefined) values[key] = value
  }
  return values
}

function say(state, { outcome, first }, region) {
  const news = state.outcome === undefined ? first : state.outcome !== outcome
  state.outcome = outcome
  if (news) setTimeout(() => { region.textContent = outcome }, HEARD)
}

export default function ({ data: [data], parentElement }) {
  const { sliders, values } = data
  const state = (parentElement.nnviz ??= { held: false, frame: 0 })
  state.leave?.()
  const watch = () => {
    tell(readSliders(sliders))
    if (state.held) state.frame = requestAnimationFrame(watch)
  }
  const ours = ({ target }) => sliders.some((key) => target.closest?.(`.st-key-${key}`))
  const on = {
    pointerdown: (event) => {
      if (!ours(event)) return
      Object.assign(state, { held: true, before: { ...toldValues() }, taken: JSON.stringify(readSliders(sliders)) })
      cancelAnimationFrame(state.frame)
      watch()
    },
    pointerup: () => {
      // a slider that was only touched changes nothing, also where the charts stand elsewhere, as after a walk
      const moved = !state.held || JSON.stringify(readSliders(sliders)) !== state.taken
      state.held = false
      if (!moved) tell(state.before)
    },
    pointercancel: () => { state.held = false },
    keydown: (event) => { if (ours(event)) requestAnimationFrame(() => requestAnimationFrame(watch)) },
    input: (event) => { if (ours(event)) requestAnimationFrame(watch) }, // a screen reader presses no key
  }
  for (const type in on) window.addEventListener(type, on[type], true)
  retell()
  forPaper()
  if (state.held) watch()
  else tell(values)
  say(state, data, parentElement.querySelector(".said"))
  state.leave = () => {
    cancelAnimationFrame(state.frame)
    for (const type in on) window.removeEventListener(type, on[type], true)
  }
  return () => state.leave()
}
