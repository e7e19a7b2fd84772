// The page's live values: what a hand moves reaches the charts in the same frame, without the server.
//
// A chart that listens (nnviz/charts/theme.py, LIVE_SIGNAL) hears the window event "nnviz-live", whose detail
// is one object of all live values. They come from two sources:
//   data.sliders: keys of Streamlit sliders, read (in the element of class st-key-<key>) while they may be moving;
//   data.player:  {name, steps, begin, rate}: a play button and a scrub bar over the frames 0 ... steps.length - 1,
//                 at first at `begin`; it tells the frame as `name` and steps[frame] as `name_step`. Where the
//                 frames are not `loaded`, the first press or scrub asks for those of `run`, once.
// data.values are the values of the last rerun, told unless a hand is moving something.

import { tell } from "./channel.js"

function readSliders(keys) {
  const values = {}
  for (const key of keys) {
    const input = document.querySelector(`.st-key-${key} input`)
    if (input) values[key] = Number(input.value)
  }
  return values
}

function followSliders(keys, values, state) {
  const watch = () => {
    tell(readSliders(keys))
    if (state.held) state.frame = requestAnimationFrame(watch)
  }
  const ours = ({ target }) => keys.some((key) => target.closest?.(`.st-key-${key}`))
  const hold = (event) => { if (ours(event)) { state.held = true; cancelAnimationFrame(state.frame); watch() } }
  const release = () => { state.held = false }
  const press = (event) => { if (ours(event)) requestAnimationFrame(() => requestAnimationFrame(watch)) }
  const on = { pointerdown: hold, pointerup: release, pointercancel: release, keydown: press }
  for (const type in on) window.addEventListener(type, on[type], true)
  if (!state.held) tell(values)
  return () => {
    cancelAnimationFrame(state.frame)
    for (const type in on) window.removeEventListener(type, on[type], true)
  }
}

function play({ name, steps, run, words, begin, loaded, rate }, root, state, ask) {
  const [button, bar, label] = ["button", "input", "output"].map((tag) => root.querySelector(tag))
  const last = steps.length - 1
  const show = (frame) => {
    state.at = Math.min(Math.max(frame, 0), last)
    const at = Math.floor(state.at)
    bar.value = at
    label.textContent = `${words} ${steps[at].toLocaleString()} / ${steps[last].toLocaleString()}`
    bar.setAttribute("aria-valuetext", label.textContent)
    tell(loaded ? { [name]: at, [`${name}_step`]: steps[at] } : { [`${name}_step`]: steps[at] })
  }
  const stop = () => { cancelAnimationFrame(state.frame); state.playing = false; button.textContent = "▶"; button.ariaLabel = "Play" }
  const advance = (before) => (now) => {
    show(state.at + (now - before) * rate / 1000)
    if (state.at >= last) stop()
    else state.frame = requestAnimationFrame(advance(now))
  }
  const start = () => {
    if (state.at >= last) show(0)
    state.playing = true; button.textContent = "⏸"; button.ariaLabel = "Pause"
    state.frame = requestAnimationFrame(advance(performance.now()))
  }
  const once = (then) => {
    if (loaded) return then()
    state.waiting = { run, then: then === start ? "start" : Number(bar.value) }
    ask(run)
  }
  bar.max = last
  bar.ariaLabel = words
  button.onclick = () => (state.playing ? stop() : once(start))
  bar.oninput = () => { stop(); once(() => show(Number(bar.value))) }
  if (state.run !== run) { stop(); state.run = run; show(begin) }
  if (loaded && state.waiting?.run === run) {
    const { then } = state.waiting
    state.waiting = undefined
    if (then === "start") start()
    else show(then)
  }
  return stop
}

export default function ({ data, parentElement, setStateValue }) {
  const state = (parentElement.nnviz ??= { held: false, frame: 0, at: 0 })
  state.leave?.()
  const root = parentElement.querySelector(".player")
  root.hidden = !data.player
  const ask = (run) => setStateValue("wanted", run)
  state.leave = data.player ? play(data.player, root, state, ask) : followSliders(data.sliders, data.values, state)
  return () => state.leave()
}
