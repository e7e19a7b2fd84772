// Play, pause, single steps, scrub and speed: one playhead for every chart that listens; no trip to the server.
import { retell, tell } from "./channel.js"
import { forPaper } from "./paper.js"
import { advanced, arrival, byKey, nextStop } from "./playhead.js"

/**
 * What nnviz/ui/live.py sends. The player tells its frame as `name` and steps[frame] as `name_step`. Where the frames
 * are not `loaded`, the first press or scrub asks for those of `run`, once. Whoever stands in the middle asks for those of
 * the next run too, so that the place is kept (live.py, frames_wanted). `outcome` is said when it is another.
 * `values` are further live values, and `captions` words, one a frame.
 * @typedef {{name: string, steps: number[], run: string, words: string, begin: number, loaded: boolean, rate: number,
 *   outcome: string, values: Record<string, number[]>, captions?: string[]}} Data
 */

const ICONS = {
  play: "M4 2l10 6-10 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  back: "M3 2h2v12H3zM13 2v12L6 8z",
  on: "M3 2l7 6-7 6zM11 2h2v12h-2z",
}
const STOP = 700 // milliseconds at each stop, with less motion
const lessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches

function parts(parentElement) {
  const root = parentElement.querySelector(".player")
  const find = (name) => root.querySelector(name)
  return { root, play: find(".play"), back: find(".back"), on: find(".on"), bar: find("input"), speed: find("select"),
    label: find("output"), small: find("small"), said: find(".said") }
}

/** Stand at a frame: the charts hear of it, the bar and the label show it. */
function stand(state, at) {
  const { data: { name, steps, words, loaded, values, captions }, parts: { bar, label, small, back, on } } = state
  const last = steps.length - 1
  state.at = Math.min(Math.max(at, 0), last)
  const frame = Math.floor(state.at)
  bar.value = frame
  label.textContent = `${words} ${steps[frame].toLocaleString("en")} / ${steps[last].toLocaleString("en")}`
  small.textContent = captions?.[frame] ?? `frame ${frame + 1} of ${last + 1}`
  bar.setAttribute("aria-valuetext", label.textContent)
  back.disabled = frame === 0
  on.disabled = frame === last
  const further = Object.fromEntries(Object.entries(values).map(([key, ofFrames]) => [key, ofFrames[frame]]))
  const told = { ...further, [`${name}_step`]: steps[frame] }
  tell(loaded ? { ...told, [name]: frame } : told)
}

function icon(button, name, label) {
  button.ariaLabel = label
  button.querySelector("path").setAttribute("d", ICONS[name])
}

function stop(state) {
  cancelAnimationFrame(state.frame)
  clearTimeout(state.timer)
  if (state.playing) state.parts.said.textContent = state.parts.label.textContent
  state.playing = false
  icon(state.parts.play, "play", "Play")
}

function start(state) {
  const { data, parts: { speed, play } } = state
  const last = data.steps.length - 1
  if (state.at >= last) stand(state, 0)
  state.playing = true
  icon(play, "pause", "Pause")
  const go = (at) => { stand(state, at); if (state.at >= last) stop(state) }
  const animate = (before) => (now) => {
    go(advanced(state.at, now - before, data.rate * Number(speed.value), last))
    if (state.playing) state.frame = requestAnimationFrame(animate(now))
  }
  const halt = () => {
    go(nextStop(state.at, last))
    if (state.playing) state.timer = setTimeout(halt, STOP / Number(speed.value))
  }
  if (lessMotion()) state.timer = setTimeout(halt, STOP)
  else state.frame = requestAnimationFrame(animate(performance.now()))
}

/** Do it now, or as soon as the frames are here. @param {"play" | number} wish */
function once(state, wish) {
  const { data: { run, loaded } } = state
  if (!loaded) {
    state.waiting = { run, wish }
    state.asks = true
    state.ask(run)
  } else if (wish === "play") start(state)
  else stand(state, wish)
}

function step(state, to) {
  stop(state)
  once(state, to)
  state.parts.said.textContent = state.parts.label.textContent
}

function press(state, event) {
  const { tagName } = event.target
  const to = byKey(event.key, event.shiftKey, state.at, state.data.steps.length - 1)
  const [space, native] = [event.key === " ", tagName === "SELECT" || (event.key === " " && tagName === "BUTTON")]
  if (native || (to === undefined && !space)) return
  event.preventDefault()
  if (to === undefined) state.parts.play.click()
  else step(state, to)
}

export default function ({ data: [data], parentElement, setStateValue }) {
  const state = (parentElement.nnviz ??= { at: 0 })
  const last = data.steps.length - 1
  Object.assign(state, { data, parts: parts(parentElement), ask: (run) => setStateValue("wanted", run) })
  const { root, play, back, on, bar, said } = state.parts
  icon(back, "back", "Step back")
  icon(on, "on", "Step forward")
  bar.max = last
  bar.ariaLabel = data.words
  play.onclick = () => (state.playing ? stop(state) : once(state, "play"))
  back.onclick = () => step(state, Math.ceil(state.at) - 1)
  on.onclick = () => step(state, Math.floor(state.at) + 1)
  bar.oninput = () => { stop(state); once(state, Number(bar.value)) }
  root.onkeydown = (event) => press(state, event)
  retell()
  forPaper()
  const fresh = state.run !== undefined && state.run !== data.run
  const { at, later } = arrival({ run: state.run, at: state.at, last: state.last, begin: state.begin }, { ...data, last })
  if (state.run !== data.run || state.last !== last || !state.playing) stop(state)
  if (state.outcome !== undefined && state.outcome !== data.outcome) said.textContent = data.outcome
  Object.assign(state, { run: data.run, outcome: data.outcome, last, begin: data.begin })
  stand(state, at)
  if (later !== undefined) once(state, later)
  else if (fresh && data.loaded && state.asks && at < last) state.ask(data.run)
  if (data.loaded && state.waiting?.run === data.run) {
    const { wish } = state.waiting
    state.waiting = undefined
    once(state, wish)
  }
  return () => stop(state)
}
