// Sliders of Streamlit whose answer the server computes: it is asked while a hand moves them, one question at a time.
import { tell } from "./channel.js"
import { readSlider } from "./sliders.js"

/**
 * What nnviz/ui/hand.py sends: the keys of the sliders, and the question answered last. `from` is where the slider stood
 * before the hand, `at` where it is now; `grab` tells one hand from the next.
 * @typedef {{slider: string, from: number, at: number, grab: number}} Question
 * @typedef {{sliders: string[], answered: Question | null}} Data
 */

const SLOW = 600 // milliseconds: who has not answered by then is asked where the hand rests only; charts hear `slow`
const REST = 300 // milliseconds without a movement
const PAUSE = 60 // milliseconds after an answer: it is drawn, and the slider moves

export default function ({ data: [data], parentElement, setStateValue }) {
  const state = (parentElement.nnviz ??= { slider: null, frame: 0, since: 0, drawn: 0, slow: false })
  state.leave?.()
  const ask = (at) => {
    Object.assign(state, { asked: at, since: performance.now() })
    setStateValue("held", { slider: state.slider, from: state.from, at, grab: state.grab })
  }
  const watch = () => {
    const at = readSlider(state.slider), now = performance.now()
    if (at !== state.at) Object.assign(state, { at, moved: now })
    state.slow ||= state.since > 0 && now - state.since > SLOW
    tell({ slow: Number(state.slow) })
    const ready = now > (state.slow ? state.moved + REST : state.drawn)
    if (at !== state.asked && state.since === 0 && ready) ask(at)
    state.frame = requestAnimationFrame(watch)
  }
  const letGo = () => {
    if (state.slider === null) return
    cancelAnimationFrame(state.frame)
    // Streamlit sends nothing for a slider that is let go where it was taken
    if (readSlider(state.slider) === state.from && state.asked !== state.from) ask(state.from)
    state.slider = null
  }
  const on = {
    pointerdown: ({ target }) => {
      const slider = data.sliders.find((key) => target.closest?.(`.st-key-${key} [data-testid=stSlider]`))
      if (slider === undefined) return
      const from = readSlider(slider)
      Object.assign(state, { slider, from, at: from, asked: from, grab: Date.now(), since: 0, slow: false })
      state.frame = requestAnimationFrame(watch)
    },
    pointerup: letGo,
    pointercancel: letGo,
  }
  for (const type in on) window.addEventListener(type, on[type], true)
  if (state.since && data.answered?.grab === state.grab && data.answered.at === state.asked) {
    const now = performance.now()
    Object.assign(state, { since: 0, slow: now - state.since > SLOW, drawn: now + PAUSE })
  }
  state.leave = () => {
    cancelAnimationFrame(state.frame)
    for (const type in on) window.removeEventListener(type, on[type], true)
  }
  if (state.slider !== null) state.frame = requestAnimationFrame(watch)
  return () => state.leave()
}
