// Play, pause, single steps, a bar and a speed: one frame for every chart that follows; no trip to the server.
import { isHidden } from "./dom.js"
import { liveValues, onOpen, publish, replayToNewCharts, subscribe } from "./live_bus.js"
import { advanced, byKey, frameOnArrival, haltedAt, nextStop } from "./playhead.js"
import { players } from "./shown.js"
import { find, stateFor } from "./state.js"

/**
 * What nnviz/web/live.py sends. The player publishes its frame as `name` and steps[frame] as `name_step`. Where the frames
 * are not `loaded`, the first press asks for those of `run`, once. A reader who stopped in the middle gets those of the
 * next run, too, so that the place is kept (live.py, needs_all_frames). `outcome` is said when it changes. `values` are
 * further live values, and `captions` words, one for each frame. Playing stops once at the frame `mark`, or at the frame
 * of `marks` that its live value chooses. Where a run
 * begins at its mark, the first press plays it from its first frame. A new run
 * that `plays` begins by itself from its first frame, except for readers who asked for less motion, who see `begin`. With
 * `even`, the bar is even in the steps, and not in the frames. With `reports`, the server gets the frame where the player has stood for a moment.
 * @typedef {{name: string, steps: number[], run: string, unit: string, begin: number, loaded: boolean, rate: number,
 *   outcome: string, values: Record<string, number[]>, captions?: string[] | null, mark: number | null,
 *   marks: {name: string, frames: (number | null)[]} | null,
 *   plays: boolean, even: boolean, reports: boolean, texts: Texts}} Data
 * @typedef {{play: string, pause: string, back: string, on: string}} Texts from nnviz/web/text.py
 * @typedef {{root: HTMLElement, play: HTMLButtonElement, back: HTMLButtonElement, on: HTMLButtonElement,
 *   bar: HTMLInputElement, tick: HTMLElement, speed: HTMLSelectElement, label: HTMLElement, small: HTMLElement,
 *   said: HTMLElement}} Parts
 * @typedef {"play" | number} Wish to play, or to stand at a frame
 */

const ICONS = {
  play: "M4 2l10 6-10 6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
  back: "M3 2h2v12H3zM13 2v12L6 8z",
  on: "M3 2l7 6-7 6zM11 2h2v12h-2z",
}
const STOP = 700 // milliseconds at each stop, with less motion
const MOMENT = 250 // milliseconds at a frame before the server gets it
const prefersLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches

const stateOf = stateFor(() => ({
  at: 0,
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  parts: /** @type {Parts} */ (/** @type {unknown} */ (undefined)),
  ask: /** @type {(run: string) => void} */ (() => {}),
  send: /** @type {(frame: number) => void} */ (() => {}),
  run: /** @type {string | undefined} */ (undefined),
  last: /** @type {number | undefined} */ (undefined),
  begin: /** @type {number | undefined} */ (undefined),
  mark: /** @type {number | null | undefined} */ (undefined),
  met: "", // the run and the mark at which playing stopped last
  outcome: /** @type {string | undefined} */ (undefined),
  waiting: /** @type {{run: string, wish: Wish} | undefined} */ (undefined),
  asks: false,
  playing: false,
  frame: 0,
  timer: 0,
  pending: /** @type {number | undefined} */ (undefined),
  reported: /** @type {number | undefined} */ (undefined),
  reporting: 0,
  arrived: () => {}, // called when the charts get all frames
  leave: () => {},
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** @param {import("./state.js").Component<Data>["parentElement"]} parent @returns {Parts} */
function partsOf(parent) {
  /** @type {HTMLElement} */
  const root = find(parent, ".player")
  return {
    root,
    play: find(root, ".play"),
    back: find(root, ".back"),
    on: find(root, ".on"),
    bar: find(root, "input"),
    tick: find(root, "i"),
    speed: find(root, "select"),
    label: find(root, "output"),
    small: find(root, "small"),
    said: find(root, ".said"),
  }
}

/** A whole number as nnviz/web/wording.py writes it: 2001, and 10 000 with a thin space. @param {number} count */
const showCount = (count) => (count < 1e4 ? String(count) : count.toLocaleString("en").replaceAll(",", "\u202f"))

/** Go to a frame: the charts follow, the bar and the label show it. @param {State} state @param {number} at */
function stand(state, at) {
  const { name, steps, unit, loaded, values, captions } = state.data
  const { bar, label, small, back, on } = state.parts
  const last = steps.length - 1
  state.at = Math.min(Math.max(at, 0), last)
  const frame = Math.floor(state.at)
  bar.value = String(state.data.even ? steps[frame] : frame)
  label.textContent = `${unit} ${showCount(steps[frame])} / ${showCount(steps[last])}`
  small.textContent = captions?.[frame] ?? ""
  bar.setAttribute("aria-valuetext", label.textContent)
  back.disabled = frame === 0
  on.disabled = frame === last
  const further = Object.fromEntries(Object.entries(values).map(([key, ofFrames]) => [key, ofFrames[frame]]))
  const live = { ...further, [`${name}_step`]: steps[frame] }
  if (isHidden(state.parts.root)) return
  publish(loaded ? { ...live, [name]: frame } : live)
  report(state, frame)
}

/** Send the server the frame, unless the player leaves it at once. @param {State} state @param {number} frame */
function report(state, frame) {
  if (frame === state.pending) return // while it plays, one frame is drawn many times
  clearTimeout(state.reporting)
  state.pending = frame
  if (!state.data.reports || frame === state.reported) return
  state.reporting = window.setTimeout(() => {
    state.reported = frame
    state.send(frame)
  }, MOMENT)
}

/** @param {HTMLButtonElement} button @param {keyof typeof ICONS} name @param {string} label */
function icon(button, name, label) {
  button.ariaLabel = label
  find(button, "path").setAttribute("d", ICONS[name])
}

/** @param {State} state */
function stop(state) {
  cancelAnimationFrame(state.frame)
  clearTimeout(state.timer)
  if (state.playing) state.parts.said.textContent = state.parts.label.textContent
  state.playing = false
  icon(state.parts.play, "play", state.data.texts.play)
}

/** @param {State} state */
function start(state) {
  const { speed, play } = state.parts
  const last = state.data.steps.length - 1
  const { begin, mark, run } = state.data
  const isNew = state.at === begin && begin === mark && state.met !== `${mark} ${run}`
  if (state.at >= last || isNew) stand(state, 0)
  state.playing = true
  icon(play, "pause", state.data.texts.pause)
  const go = (/** @type {number} */ to) => {
    const { run, mark } = state.data
    const goal = `${mark} ${run}`
    const at = haltedAt(state.at, to, state.met === goal ? null : mark)
    const isMark = at === mark && state.met !== goal
    if (isMark) state.met = goal
    if (Math.floor(at) === Math.floor(state.at))
      state.at = at // to write the same words again costs a layout
    else stand(state, at)
    if (isMark || state.at >= last) stop(state)
  }
  const animate = (/** @type {number} */ before) => (/** @type {number} */ now) => {
    go(advanced(state.at, now - before, state.data.rate * Number(speed.value), last))
    if (state.playing) state.frame = requestAnimationFrame(animate(now))
  }
  const halt = () => {
    go(nextStop(state.at, last))
    if (state.playing) state.timer = window.setTimeout(halt, STOP / Number(speed.value))
  }
  if (prefersLessMotion()) state.timer = window.setTimeout(halt, STOP)
  else state.frame = requestAnimationFrame(animate(performance.now()))
}

/** Fulfil a wish now, or as soon as the frames are here. @param {State} state @param {Wish} wish */
function fulfil(state, wish) {
  const { run, loaded } = state.data
  if (!loaded) {
    state.waiting = { run, wish }
    state.asks = true
    state.ask(run)
  } else if (wish === "play") start(state)
  else stand(state, wish)
}

/** Let the charts have all frames. @param {State} state @returns {Promise<void>} */
function ready(state) {
  if (state.data.loaded) return Promise.resolve()
  return new Promise((done) => {
    state.arrived = done
    fulfil(state, Math.floor(state.at))
  })
}

/** What others may do with a player. @param {State} state @returns {import("./shown.js").Player} */
function handleOf(state) {
  return {
    node: state.parts.root,
    names: () => [state.data.name, `${state.data.name}_step`, ...Object.keys(state.data.values)],
    frames: () => state.data.steps.length,
    rate: () => state.data.rate,
    at: () => Math.floor(state.at),
    ready: () => ready(state),
    // A film tells the server nothing: an answer would move the sliders, and another run would begin there.
    stand(frame) {
      stop(state)
      stand(state, frame)
      clearTimeout(state.reporting)
    },
  }
}

/** @param {State} state @param {number} to */
function step(state, to) {
  stop(state)
  fulfil(state, to)
  state.parts.said.textContent = state.parts.label.textContent
}

/** Another chapter was opened: publish the frame if it is the one of the player, else stop. @param {State} state */
function open(state) {
  if (isHidden(state.parts.root)) stop(state)
  else stand(state, state.at)
}

/** @param {State} state @param {KeyboardEvent} event */
function press(state, event) {
  const { tagName } = /** @type {Element} */ (event.target)
  const to = byKey(event.key, event.shiftKey, state.at, state.data.steps.length - 1)
  const space = event.key === " "
  const native = tagName === "SELECT" || (space && tagName === "BUTTON")
  if (native || (to === undefined && !space)) return
  event.preventDefault()
  if (to === undefined) state.parts.play.click()
  else step(state, to)
}

/** Mark the frame that the live value of the marks chooses. @param {State} state */
function placeMark({ data, parts: { tick } }) {
  const chosen = data.marks ? liveValues()[data.marks.name] : undefined
  if (data.marks && chosen >= 0) data.mark = data.marks.frames[chosen] ?? null
  tick.hidden = data.mark === null
  tick.style.setProperty("--mark", String((data.mark ?? 0) / Math.max(data.steps.length - 1, 1)))
}

/** @param {State} state */
function handle(state) {
  const { root, play, back, on, bar } = state.parts
  icon(back, "back", state.data.texts.back)
  icon(on, "on", state.data.texts.on)
  const { steps, even } = state.data
  const last = steps.length - 1
  bar.max = String(even ? steps[last] : last)
  bar.ariaLabel = state.data.unit
  placeMark(state)
  play.onclick = () => (state.playing ? stop(state) : fulfil(state, "play"))
  back.onclick = () => step(state, Math.ceil(state.at) - 1)
  on.onclick = () => step(state, Math.floor(state.at) + 1)
  bar.oninput = () => {
    stop(state)
    const to = Number(bar.value)
    fulfil(state, even ? steps.findLastIndex((step) => step <= to) : to)
  }
  root.onkeydown = (event) => press(state, event)
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement, setStateValue }) {
  const state = stateOf(parentElement)
  const last = data.steps.length - 1
  Object.assign(state, {
    data,
    parts: partsOf(parentElement),
    ask: (/** @type {string} */ run) => setStateValue("wanted", run),
    send: (/** @type {number} */ frame) => setStateValue("frame", { run: data.run, frame }),
  })
  handle(state)
  state.leave()
  const ends = [replayToNewCharts(), onOpen(() => open(state)), players.offer(handleOf(state))]
  if (data.marks) ends.push(subscribe(() => placeMark(state), state.parts.root))
  state.leave = () => {
    for (const end of ends) end()
  }
  const isNew = state.run !== undefined && state.run !== data.run
  const plays = data.plays && state.run !== data.run && !prefersLessMotion()
  const { at, later } = plays ? { at: 0, later: undefined } : frameOnArrival(state, { ...data, last })
  if (state.run !== data.run || state.last !== last || !state.playing) stop(state)
  if (state.outcome !== undefined && state.outcome !== data.outcome) state.parts.said.textContent = data.outcome
  if (state.run !== data.run) state.reported = data.begin
  Object.assign(state, { run: data.run, outcome: data.outcome, last, begin: data.begin, mark: data.mark })
  stand(state, at)
  if (plays) fulfil(state, "play")
  else if (later !== undefined) fulfil(state, later)
  else if (isNew && data.loaded && state.asks && at < last) state.ask(data.run)
  if (data.loaded && state.waiting?.run === data.run) {
    const { wish } = state.waiting
    state.waiting = undefined
    fulfil(state, wish)
  }
  if (data.loaded) state.arrived()
  return () => {
    stop(state)
    clearTimeout(state.reporting)
    state.leave()
  }
}
