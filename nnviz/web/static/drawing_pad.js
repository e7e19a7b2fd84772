// A pad to draw a function on, by mouse, finger, pen or arrow keys. Charts follow at once (live_bus.js); the server gets
// one message for each stroke, at its end.
import { textsOfDrawing } from "./dom.js"
import { publish } from "./live_bus.js"
import { find, stateFor } from "./state.js"
import { drawnOn, raised, smoothed, stroke, TOP } from "./stroke.js"
import { ticks, tickText } from "./ticks.js"

/**
 * What nnviz/web/drawing_pad.py sends. The drawing is published as the live value `name`, so that charts follow the hand.
 * @typedef {{codes: number[], domain: number[], limits: number[], color: string, name: string, words: string,
 *   drops: number, texts: {drawn: string, undone: string, smoothed: string, flat: string}}} Data
 * @typedef {import("./stroke.js").Codes} Codes
 */

const MARGIN = { left: 42, right: 10, top: 10, bottom: 22 }
const QUIET = 450 // milliseconds after the last key press until the server gets a message
/** @type {Record<string, number>} */
const CHANGES = { ArrowUp: 0.02, ArrowDown: -0.02, PageUp: 0.1, PageDown: -0.1 }
const KEPT = 100 // drawings that can be brought back

/** @param {HTMLCanvasElement} canvas */
const plotOf = (canvas) => ({
  left: MARGIN.left,
  top: MARGIN.top,
  width: canvas.clientWidth - MARGIN.left - MARGIN.right,
  height: canvas.clientHeight - MARGIN.top - MARGIN.bottom,
})

const stateOf = stateFor(() => ({
  at: 0,
  past: /** @type {Codes[]} */ ([]),
  sent: /** @type {string[]} */ ([]),
  codes: /** @type {Codes} */ ([]),
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  canvas: /** @type {HTMLCanvasElement} */ (/** @type {unknown} */ (undefined)),
  undo: /** @type {HTMLButtonElement} */ (/** @type {unknown} */ (undefined)),
  said: /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined)),
  send: /** @type {(name: string, value: unknown) => void} */ (() => {}),
  from: /** @type {number[] | undefined} */ (undefined),
  pressing: false,
  later: 0,
  size: /** @type {ResizeObserver | undefined} */ (undefined),
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** Lines through points of the canvas. @param {CanvasRenderingContext2D} pen @param {...number[]} points */
function line(pen, ...points) {
  pen.beginPath()
  points.forEach(([x, y], k) => {
    pen[k ? "lineTo" : "moveTo"](x, y)
  })
  pen.stroke()
}

/** @param {State} state */
function draw(state) {
  const { canvas, data, codes, at } = state
  const dense = Math.max(devicePixelRatio, 1)
  Object.assign(canvas, { width: canvas.clientWidth * dense, height: canvas.clientHeight * dense })
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  pen.scale(dense, dense)
  drawAxes(pen, canvas, data)
  const { left, top, width, height } = plotOf(canvas)
  const place = (/** @type {number} */ k) => [
    left + (k / (codes.length - 1)) * width,
    top + (1 - codes[k] / TOP) * height,
  ]
  pen.strokeStyle = data.color
  pen.lineWidth = 3
  pen.lineJoin = "round"
  line(pen, ...codes.map((_, k) => place(k)))
  if (canvas.matches(":focus-visible")) drawCaret(pen, canvas, place(at))
}

/** @param {CanvasRenderingContext2D} pen @param {HTMLCanvasElement} canvas @param {Data} data */
function drawAxes(pen, canvas, { domain: [a, b], limits: [low, high] }) {
  const { left, top, width, height } = plotOf(canvas)
  const style = getComputedStyle(canvas)
  pen.font = `12px ${style.fontFamily}`
  pen.fillStyle = style.color
  pen.strokeStyle = style.getPropertyValue("--st-border-color-light") || "#8886"
  pen.textAlign = "center"
  pen.textBaseline = "top"
  for (const x of ticks(a, b, 6)) {
    const at = left + ((x - a) / (b - a)) * width
    line(pen, [at, top], [at, top + height])
    pen.fillText(tickText(x), at, top + height + 5)
  }
  pen.textAlign = "right"
  pen.textBaseline = "middle"
  for (const y of ticks(low, high, 4)) {
    const at = top + ((high - y) / (high - low)) * height
    line(pen, [left, at], [left + width, at])
    pen.fillText(tickText(y), left - 6, at)
  }
  pen.textAlign = "right"
  pen.fillText("x", left + width - 4, top + height - 9)
  pen.textAlign = "left"
  pen.fillText("f(x)", left + 5, top + 9)
}

/**
 * The knot that the keys move.
 * @param {CanvasRenderingContext2D} pen @param {HTMLCanvasElement} canvas @param {number[]} place
 */
function drawCaret(pen, canvas, [x, y]) {
  const { top, height } = plotOf(canvas)
  pen.strokeStyle = pen.fillStyle = getComputedStyle(canvas).getPropertyValue("--st-primary-color")
  pen.lineWidth = 1.5
  line(pen, [x, top], [x, top + height])
  pen.beginPath()
  pen.arc(x, y, 6, 0, 2 * Math.PI)
  pen.fill()
}

/**
 * What is said of the knot at which the keyboard is.
 * @param {State} state
 */
function describe(state) {
  const {
    canvas,
    data: {
      domain: [a, b],
      limits: [low, high],
    },
    codes,
    at,
  } = state
  const say = (/** @type {number} */ value) => tickText(Number(value.toPrecision(3)))
  const height = low + (codes[at] / TOP) * (high - low)
  const text = `x ${say(a + (at / (codes.length - 1)) * (b - a))}, y ${say(height)}`
  for (const [name, value] of Object.entries({ valuemin: low, valuemax: high, valuenow: height, valuetext: text })) {
    canvas.setAttribute(`aria-${name}`, String(value))
  }
}

/** @param {State} state @param {Codes} codes */
function show(state, codes) {
  state.codes = codes
  state.undo.disabled = state.past.length === 0
  describe(state)
  draw(state)
  publish({ [state.data.name]: drawnOn(codes, state.data.domain, state.data.limits) })
}

/**
 * What is said of the function before (drawing_pad.py, pale_while_drawing) is pale until the server has answered.
 * @param {boolean} old
 */
function pale(old) {
  for (const said of textsOfDrawing()) said.style.opacity = old ? "0.3" : ""
}

/**
 * Show what a hand made of the drawing.
 * @param {State} state @param {Codes} codes
 */
function redraw(state, codes) {
  show(state, codes)
  pale(true)
}

/**
 * Keep what was there, for undo.
 * @param {State} state
 */
function remember(state) {
  state.past.push(state.codes)
  if (state.past.length > KEPT) state.past.shift()
}

/** @param {State} state @param {string} words */
function send(state, words) {
  clearTimeout(state.later)
  state.said.textContent = words
  state.sent.push(state.codes.join())
  state.send("drawn", { codes: state.codes })
}

/** @param {State} state @param {Codes} codes @param {string} words */
function change(state, codes, words) {
  remember(state)
  redraw(state, codes)
  send(state, words)
}

/** @param {State} state */
function handle(state) {
  const { canvas } = state
  const placeOf = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = plotOf(canvas)
    const box = canvas.getBoundingClientRect()
    const zoom = box.width / canvas.offsetWidth // of the projector
    const [x, y] = [(event.clientX - box.left) / zoom, (event.clientY - box.top) / zoom]
    return [(x - left) / width, 1 - (y - top) / height]
  }
  canvas.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return
    canvas.setPointerCapture(event.pointerId)
    remember(state)
    state.from = placeOf(event)
    redraw(state, stroke(state.codes, state.from, state.from))
  }
  canvas.onpointermove = (event) => {
    if (!state.from) return
    let codes = state.codes
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const to = placeOf(part)
      codes = stroke(codes, state.from, to)
      state.from = to
    }
    redraw(state, codes)
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!state.from) return
    state.from = undefined
    send(state, state.data.texts.drawn)
  }
  canvas.onkeydown = (event) => press(state, event)
  canvas.onkeyup = () => {
    state.pressing = false
  }
  canvas.onfocus = canvas.onblur = () => draw(state)
}

/** @param {State} state @param {KeyboardEvent} event */
function press(state, event) {
  const last = state.codes.length - 1
  /** @type {Record<string, number>} */
  const places = { ArrowLeft: state.at - 1, ArrowRight: state.at + 1, Home: 0, End: last }
  const [go, by] = [places[event.key], CHANGES[event.key]]
  if (go === undefined && by === undefined) return
  event.preventDefault()
  if (go !== undefined) {
    state.at = Math.min(Math.max(go, 0), last)
    show(state, state.codes)
    return
  }
  if (!state.pressing) remember(state)
  state.pressing = true
  redraw(state, raised(state.codes, state.at, by))
  clearTimeout(state.later)
  state.later = window.setTimeout(() => send(state, state.data.texts.drawn), QUIET)
}

/**
 * Whether the server's answer is to one of the drawings sent that is not the last, or a hand draws meanwhile.
 * @param {State} state @param {Codes} codes
 */
function late(state, codes) {
  const place = state.sent.indexOf(codes.join())
  state.sent = place < 0 ? [] : state.sent.slice(place + 1)
  return state.sent.length > 0 || state.from !== undefined
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement, setTriggerValue }) {
  /** @type {HTMLCanvasElement} */
  const canvas = find(parentElement, "canvas")
  const [undo, smooth, flat] = parentElement.querySelectorAll("button")
  const state = stateOf(parentElement)
  Object.assign(state, { data, canvas, undo, send: setTriggerValue, said: find(parentElement, ".said") })
  state.at = Math.min(state.at, data.codes.length - 1)
  canvas.setAttribute("aria-label", data.words)
  handle(state)
  undo.onclick = () => {
    redraw(state, state.past.pop() ?? state.codes)
    send(state, data.texts.undone)
  }
  smooth.onclick = () => change(state, smoothed(state.codes), data.texts.smoothed)
  flat.onclick = () =>
    change(
      state,
      state.codes.map(() => Math.round(TOP * zeroOf(data.limits))),
      data.texts.flat,
    )
  if (!late(state, data.codes)) {
    show(state, data.codes)
    pale(false)
  }
  state.size?.disconnect()
  state.size = new ResizeObserver(() => draw(state))
  state.size.observe(canvas)
  return () => {
    state.size?.disconnect()
    clearTimeout(state.later)
    pale(false)
    publish({ [data.name]: null })
  }
}

/**
 * Where 0 lies on the pad, as a share; the middle where it does not.
 * @param {number[]} limits
 */
function zeroOf([low, high]) {
  return low < 0 && high > 0 ? -low / (high - low) : 0.5
}
