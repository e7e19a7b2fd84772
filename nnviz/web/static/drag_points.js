// Handles on a chart: one (pressed anywhere in the plot) or points (pressed near one of them).
//
// The chart is the one that web.render drew with the key data.chart. While a handle is dragged, the live values data.names
// are published; on release the server gets one message. A ring of our own over the chart takes the keyboard: arrows move
// the handle, Page Up and Page Down choose among points.
import { boxOf, chartOf, isChart, plotOf } from "./dom.js"
import { nearest, nudge, outside, snapped, toPlace, toValues, withEqualScales } from "./drag_geometry.js"
import { publish, subscribe } from "./live_bus.js"
import { filled, find, listen, stateFor } from "./state.js"
import { tickText } from "./ticks.js"

/**
 * What nnviz/web/drag_points.py sends. names: two live values for one handle; for points the number, x and y of the one
 * that is dragged.
 * @typedef {{chart: string, one: boolean, domain: number[][], step: number[], names: string[], points: number[][],
 *   labels: string[], along: string, equal: boolean, add: boolean, remove: boolean, least: number, words: string, hint: string,
 *   texts: {point: string, added: string, removed: string}, drops: number}} Data
 * @typedef {{kind: "move" | "add" | "remove", index?: number, point?: number[]}} Moved
 * @typedef {HTMLDivElement & {look: () => void}} Ring
 */

const REACH = 26 // pixels from a handle that the mouse may press
const TOUCH = 34 // pixels from a handle that a finger may press
const REMOVED = 24 // pixels outside of the plot
const QUIET = 450 // milliseconds after the last key press until the server gets a message
const PRESSED = 600 // milliseconds that a finger rests to add a point
const SETTLE = 100 // milliseconds between two looks for a chart that is not drawn yet
const TRIES = 100
const PATIENCE = 10_000 // milliseconds after which a message counts as lost

const stateOf = stateFor(() => ({
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  at: 0,
  points: /** @type {number[][]} */ ([]),
  near: /** @type {Node} */ (/** @type {unknown} */ (undefined)),
  sent: "", // the data of the last call, as text
  about: "", // the same without the points
  svg: /** @type {SVGSVGElement | null} */ (null),
  drawn: "",
  inside: /** @type {import("./drag_geometry.js").Rect | undefined} */ (undefined),
  plot: /** @type {DOMRect | undefined} */ (undefined),
  shift: [0, 0],
  held: false,
  changed: false,
  number: 0, // of the last message
  sentAt: -Infinity,
  leaving: false,
  later: 0,
  pressed: 0,
  waiting: 0,
  color: "",
  ring: /** @type {Ring} */ (/** @type {unknown} */ (undefined)),
  said: /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined)),
  redrawn: /** @type {MutationObserver} */ (/** @type {unknown} */ (undefined)),
  resized: /** @type {ResizeObserver} */ (/** @type {unknown} */ (undefined)),
  send: /** @type {(name: string, value: unknown) => void} */ (() => {}),
  leave: /** @type {(() => void) | undefined} */ (undefined),
  close: () => {},
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** The chart, looked for only if it is another one than before. @param {State} state */
function chart(state) {
  const key = state.data.chart
  if (!state.svg?.isConnected || state.drawn !== key) state.svg = chartOf(key, state.near)
  state.drawn = key
  return state.svg
}

/** What the axes of the plot span. @param {Data} data @param {import("./drag_geometry.js").Rect} plot */
const span = ({ equal, domain }, plot) => (equal ? withEqualScales(plot, domain) : domain)
/** @param {number} value */
const number = (value) => tickText(Number(value.toPrecision(4)))
/** @param {Data} data @param {number[]} point */
const positionText = ({ labels }, [x, y]) => `${labels[0]} ${number(x)}, ${labels[1]} ${number(y)}`

/** Make the ring: where the keyboard's focus is, and where a finger finds the handle. @param {State} state @returns {Ring} */
function ringOf(state) {
  const ring = /** @type {Ring} */ (document.createElement("div"))
  ring.tabIndex = 0
  ring.role = "slider"
  ring.className = "nnviz-ring"
  ring.style.cssText =
    "position:absolute;left:0;top:0;width:44px;height:44px;margin:-22px;border-radius:50%;" +
    "z-index:5;touch-action:none;cursor:grab;box-sizing:border-box;outline-offset:-9px"
  ring.look = () => {
    const strong = ring.matches(":focus-visible") || state.held
    ring.style.outline = strong ? `3px solid ${state.color}` : state.data.one ? `2px dashed ${state.color}` : "none"
  }
  ring.onfocus = ring.onblur = ring.look
  ring.onkeydown = (event) => press(state, event)
  return ring
}

/** Measure where the plot is, and put the ring into its box, which a new drawing of the chart leaves alone. @param {State} state */
function measure(state) {
  const svg = chart(state)
  if (!svg) return
  const box = boxOf(svg)
  if (state.ring.parentElement !== box) {
    box.append(state.ring)
    state.redrawn.disconnect()
    state.redrawn.observe(box, { subtree: true, childList: true, attributeFilter: ["width", "height"] })
    state.resized.disconnect()
    state.resized.observe(box)
  }
  const { left, top, width, height } = plotOf(svg)
  const frame = box.getBoundingClientRect()
  state.inside = { left: left - frame.left, top: top - frame.top, width, height }
  placeRing(state)
}

/** Put the ring at its handle; nothing of the page is measured, as this happens in every frame. @param {State} state */
function placeRing(state) {
  const { data, ring, at, points, inside } = state
  if (!inside) return
  const [left, top] = toPlace(inside, span(data, inside), points[at])
  ring.style.transform = `translate(${left}px, ${top}px)`
  ring.style.display = outside(inside, left, top) > 2 ? "none" : "block"
  describe(state)
  ring.look()
}

/** Set what a screen reader says of the ring. @param {State} state */
function describe({ data, ring, at, points }) {
  const across = data.along === "y" ? 1 : 0
  const [low, high] = data.domain[across]
  const position = positionText(data, points[at])
  const text = data.one ? position : filled(data.texts.point, { number: at + 1, points: points.length, position })
  const about = { label: data.words, valuemin: low, valuemax: high, valuenow: points[at][across], valuetext: text }
  for (const [name, value] of Object.entries(about)) {
    if (ring.getAttribute(`aria-${name}`) !== String(value)) ring.setAttribute(`aria-${name}`, String(value))
  }
}

/** Move the present handle to these values, as far as it may go. @param {State} state @param {number[]} values */
function moveTo(state, [x, y]) {
  const { data, at } = state
  const { along, step, domain } = data
  const old = state.points[at]
  const [u, v] = [snapped(x, step[0], domain[0]), snapped(y, step[1], domain[1])]
  const now = [along === "y" ? old[0] : u, along === "x" ? old[1] : v]
  state.points[at] = now
  state.changed ||= now[0] !== old[0] || now[1] !== old[1]
  const values = data.one ? now : [at, ...now]
  publish(Object.fromEntries(data.names.map((name, k) => [name, values[k]])))
  placeRing(state)
}

/** @param {State} state */
function drop(state) {
  if (!state.changed) return
  state.changed = false
  send(state, { kind: "move", index: state.at, point: state.points[state.at] })
}

/** @param {State} state @param {Moved} moved */
function send(state, moved) {
  clearTimeout(state.later)
  state.number = Math.max(state.number, state.data.drops) + 1
  state.sentAt = performance.now()
  state.send("moved", { ...moved, number: state.number })
  const position = moved.point ? positionText(state.data, moved.point) : ""
  const { added, removed } = state.data.texts
  const words = {
    move: position,
    add: filled(added, { position }),
    remove: filled(removed, { number: (moved.index ?? 0) + 1 }),
  }
  state.said.textContent = words[moved.kind]
}

/** @param {State} state */
function mayRemove({ data, points }) {
  return data.remove && points.length > data.least
}

/** @param {State} state @param {KeyboardEvent} event */
function press(state, event) {
  const { data, points } = state
  const by = nudge(event.key, event.shiftKey, data.step, data.domain)
  if (by)
    moveTo(
      state,
      points[state.at].map((value, k) => value + by[k]),
    )
  else if (!data.one && (event.key === "PageDown" || event.key === "PageUp")) {
    drop(state)
    state.at = (state.at + (event.key === "PageDown" ? 1 : points.length - 1)) % points.length
    placeRing(state)
  } else if (event.key === "Delete" && mayRemove(state)) removePoint(state)
  else if (event.key === "Insert" && data.add) addAt(state, beside(state))
  else return
  event.preventDefault()
  event.stopPropagation()
  clearTimeout(state.later)
  if (by) state.later = window.setTimeout(() => drop(state), QUIET)
}

/** @param {State} state */
const beside = ({ points, at, data: { step } }) => points[at].map((value, k) => value + 5 * step[k])

/** @param {State} state @param {number[]} values */
function addAt(state, [x, y]) {
  const { step, domain } = state.data
  const point = [snapped(x, step[0], domain[0]), snapped(y, step[1], domain[1])]
  state.at = state.points.push(point) - 1
  send(state, { kind: "add", point })
}

/** @param {State} state */
function removePoint(state) {
  const index = state.at
  state.points.splice(index, 1)
  state.at = Math.min(index, state.points.length - 1)
  send(state, { kind: "remove", index })
}

/** What is under the pointer: the plot, and the number of the handle that a press would hold, or -1. @param {State} state @param {any} event of the pointer or of touch */
function under(state, event) {
  const svg = chart(state)
  const onRing = event.target === state.ring
  if (!svg || !(onRing || svg.contains(event.target))) return undefined
  const plot = plotOf(svg)
  const { clientX: x, clientY: y } = event.touches?.[0] ?? event
  const touched = event.touches || event.pointerType === "touch"
  const places = state.points.map((point) => toPlace(plot, span(state.data, plot), point))
  const near = nearest(places, x, y, touched ? TOUCH : REACH)
  if (outside(plot, x, y) > REACH) return undefined
  // a finger elsewhere on the chart scrolls the page; a mouse may press anywhere
  return { plot, x, y, near: onRing && near < 0 ? state.at : state.data.one && !touched ? 0 : near }
}

/** @param {State} state @param {PointerEvent} event */
function hold(state, event) {
  const hit = event.isPrimary && event.button === 0 ? under(state, event) : undefined
  if (!hit) return
  if (hit.near < 0) {
    if (state.data.add && event.pointerType === "touch") {
      state.pressed = window.setTimeout(
        () => addAt(state, toValues(hit.plot, span(state.data, hit.plot), hit.x, hit.y)),
        PRESSED,
      )
    }
    return
  }
  event.preventDefault()
  Object.assign(state, { held: true, at: hit.near, plot: hit.plot })
  const [x, y] = toPlace(hit.plot, span(state.data, hit.plot), state.points[hit.near])
  // a press beside the handle brings it there; a press on it keeps the distance to its middle
  state.shift = Math.hypot(x - hit.x, y - hit.y) <= REACH ? [x - hit.x, y - hit.y] : [0, 0]
  state.ring.focus({ preventScroll: true })
  if (state.shift[0] === 0 && state.shift[1] === 0) drag(state, event)
  placeRing(state)
}

/** @param {State} state @param {PointerEvent} event */
function drag(state, event) {
  clearTimeout(state.pressed)
  if (!state.held) return hover(state, event)
  const [x, y] = [event.clientX + state.shift[0], event.clientY + state.shift[1]]
  const plot = /** @type {DOMRect} */ (state.plot)
  state.leaving = mayRemove(state) && outside(plot, x, y) > REMOVED
  state.ring.style.opacity = state.leaving ? "0.3" : "1"
  moveTo(state, toValues(plot, span(state.data, plot), x, y))
}

/** @param {State} state @param {PointerEvent} event */
function hover(state, event) {
  if (event.pointerType === "touch") return
  const hit = under(state, event)
  const svg = chart(state)
  if (svg) svg.style.cursor = hit && hit.near >= 0 ? (state.data.one ? "crosshair" : "grab") : ""
  if (!hit || state.data.one || hit.near < 0 || hit.near === state.at || document.activeElement === state.ring) return
  state.at = hit.near
  placeRing(state)
}

/** @param {State} state */
function release(state) {
  clearTimeout(state.pressed)
  if (!state.held) return
  state.held = false
  state.ring.style.opacity = "1"
  if (state.leaving) removePoint(state)
  else drop(state)
  state.leaving = state.changed = false
  state.ring.look()
}

/** @param {State} state @returns {() => void} what ends it */
function handle(state) {
  const stopListening = listen(
    {
      pointerdown: (event) => hold(state, event),
      pointermove: (event) => drag(state, event),
      pointerup: () => release(state),
      pointercancel: () => release(state),
      // a finger on the handle moves it, and the page stays where it is
      touchstart: (event) => {
        const hit = under(state, event)
        if (hit && hit.near >= 0) event.preventDefault()
      },
      dblclick: (event) => {
        const hit = state.data.add ? under(state, event) : undefined
        if (hit && hit.near < 0) addAt(state, toValues(hit.plot, span(state.data, hit.plot), hit.x, hit.y))
      },
      resize: () => measure(state),
    },
    { passive: false },
  )
  const unsubscribe = subscribe((values) => {
    if (!state.data.one || state.held || state.changed) return
    const point = state.data.names.map((name, k) => values[name] ?? state.points[0][k])
    if (point.every((value, k) => value === state.points[0][k])) return
    state.points[0] = point
    placeRing(state)
  }, state.near)
  return () => {
    unsubscribe()
    stopListening()
  }
}

/** Whether the server sends what is shown already. @param {State} state @param {Data} data */
function isKnown(state, data) {
  const sent = JSON.stringify(data)
  const about = JSON.stringify({ ...data, points: data.points.length })
  const same = state.about === about && JSON.stringify(state.points) === JSON.stringify(data.points)
  const known = state.sent === sent || same
  Object.assign(state, { sent, about })
  return known
}

/**
 * Whether the server answers to an earlier message than the last, or a move is not sent yet: what the reader did since
 * stays. @param {State} state @param {Data} data
 */
function isLate({ held, changed, number, sentAt }, data) {
  return held || changed || (data.drops < number && performance.now() - sentAt < PATIENCE)
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement, setTriggerValue }) {
  /** @type {HTMLElement} */
  const root = find(parentElement, ".grab")
  const state = stateOf(parentElement)
  const known = isKnown(state, data)
  state.near = parentElement
  state.send = setTriggerValue
  if (known && state.ring?.isConnected) return state.close
  Object.assign(state, { data, said: find(parentElement, ".said") })
  if (!state.ring) {
    state.redrawn = new MutationObserver((changes) => {
      if (changes.some(({ target, addedNodes }) => [target, ...addedNodes].some(isChart))) measure(state)
    })
    state.resized = new ResizeObserver(() => measure(state))
    state.ring = ringOf(state)
  }
  state.color = getComputedStyle(root).getPropertyValue("--st-primary-color") || "#0b62a8"
  root.textContent = data.hint
  if (!isLate(state, data)) {
    state.points = data.points.map((point) => [...point])
    state.at = Math.min(state.at, data.points.length - 1)
    if (!data.one) publish({ [data.names[0]]: -1 })
  }
  state.leave ??= handle(state)
  let tries = 0
  const settle = () => {
    measure(state)
    tries += 1
    if (!state.ring.isConnected && tries < TRIES) state.waiting = window.setTimeout(settle, SETTLE)
  }
  clearTimeout(state.waiting)
  settle()
  state.close = () => {
    clearTimeout(state.waiting)
    clearTimeout(state.later)
    state.redrawn.disconnect()
    state.resized.disconnect()
    state.leave?.()
    state.leave = undefined
    state.ring.remove()
  }
  return state.close
}
