// Things on a chart that a hand moves: one (pressed anywhere in the plot) or points (pressed near one of them).
//
// The chart is the one that ui.show drew with the key data.chart: Vega puts that name into the classes of its marks.
// While a hand moves, the live values data.names are told; on release the server hears of it once. A ring of our own
// over the chart is the place for the keyboard: arrows move, Page Up and Page Down choose among points.
import { hear, tell } from "./channel.js"
import { nearest, nudge, outside, snapped, toPlace, toValues } from "./grip.js"
import { forPaper } from "./paper.js"
import { tickText } from "./ticks.js"

/**
 * What nnviz/ui/grab.py sends. names: two live values for one thing; for points the number, x and y of the one held.
 * @typedef {{chart: string, one: boolean, domain: number[][], step: number[], names: string[], points: number[][],
 *   labels: string[], along: string, add: boolean, remove: boolean, words: string, hint: string}} Data
 */

const REACH = 26
const TOUCH = 34
const REMOVED = 24 // pixels outside of the plot
const QUIET = 450 // milliseconds after the last key press until the server hears of it
const PRESSED = 600 // a finger held still for that long adds a point

/** The chart, looked for only where it is another than before. */
function chartOf(state) {
  const { data: { chart } } = state
  const marks = `svg.marks [class*=" ${chart}_layer_"], svg.marks [class*=" ${chart}_marks"]`
  if (!state.svg?.isConnected || state.drawn !== chart) state.svg = document.querySelector(marks)?.closest("svg")
  state.drawn = chart
  return state.svg
}

const plotOf = (svg) => svg.querySelector(".role-frame.root path.background").getBoundingClientRect()
const said = ({ labels }, [x, y]) => `${labels[0]} ${number(x)}, ${labels[1]} ${number(y)}`
const number = (value) => tickText(Number(value.toPrecision(4)))

/** The ring: where the keyboard's focus is, and where a finger finds the thing. */
function ringOf(state) {
  const ring = document.createElement("div")
  ring.tabIndex = 0
  ring.role = "slider"
  ring.className = "nnviz-ring"
  ring.style.cssText = "position:absolute;left:0;top:0;width:44px;height:44px;margin:-22px;border-radius:50%;" +
    "z-index:5;touch-action:none;cursor:grab;box-sizing:border-box;outline-offset:-9px"
  const look = () => {
    const strong = ring.matches(":focus-visible") || state.held
    ring.style.outline = strong ? `3px solid ${state.color}` : state.data.one ? `2px dashed ${state.color}` : "none"
  }
  ring.onfocus = ring.onblur = look
  ring.onkeydown = (event) => press(state, event)
  ring.look = look
  return ring
}

/** Where the plot is in its box; and the ring into that box, which a new drawing of the chart leaves alone. */
function measure(state) {
  const svg = chartOf(state)
  if (!svg) return
  const box = svg.closest("[data-testid=stElementContainer]")
  if (state.ring.parentElement !== box) {
    box.append(state.ring)
    state.watch.disconnect()
    state.watch.observe(box, { subtree: true, childList: true, attributeFilter: ["width", "height"] })
    state.size.disconnect()
    state.size.observe(box)
  }
  const [{ left, top, width, height }, frame] = [plotOf(svg), box.getBoundingClientRect()]
  state.inside = { left: left - frame.left, top: top - frame.top, width, height }
  placeRing(state)
}

/** Put the ring where its thing is; nothing of the page is measured, as this happens in every frame. */
function placeRing(state) {
  const { data, ring, at, points, inside } = state
  if (!inside) return
  const [left, top] = toPlace(inside, data.domain, points[at])
  ring.style.transform = `translate(${left}px, ${top}px)`
  ring.style.display = outside(inside, left, top) > 2 ? "none" : "block"
  describe(state)
  ring.look()
}

/** What a screen reader says of the ring. */
function describe({ data, ring, at, points }) {
  const across = data.along === "y" ? 1 : 0
  const [low, high] = data.domain[across]
  const text = data.one ? said(data, points[at]) : `point ${at + 1} of ${points.length}: ${said(data, points[at])}`
  const about = { label: data.words, valuemin: low, valuemax: high, valuenow: points[at][across], valuetext: text }
  for (const [name, value] of Object.entries(about)) {
    if (ring.getAttribute(`aria-${name}`) !== String(value)) ring.setAttribute(`aria-${name}`, value)
  }
}

/** Move the thing that is held to these values, as far as it may go. */
function moveTo(state, [x, y]) {
  const { data, at } = state
  const [old, { along, step, domain }] = [state.points[at], data]
  const [u, v] = [snapped(x, step[0], domain[0]), snapped(y, step[1], domain[1])]
  const now = [along === "y" ? old[0] : u, along === "x" ? old[1] : v]
  state.points[at] = now
  state.changed ||= now[0] !== old[0] || now[1] !== old[1]
  const values = data.one ? now : [at, ...now]
  tell(Object.fromEntries(data.names.map((name, k) => [name, values[k]])))
  placeRing(state)
}

function drop(state) {
  if (!state.changed) return
  state.changed = false
  send(state, { kind: "move", index: state.at, point: state.points[state.at] })
}

function send(state, moved) {
  clearTimeout(state.later)
  state.send("moved", moved)
  const place = moved.point ? said(state.data, moved.point) : ""
  const words = { move: place, add: `added: ${place}`, remove: `point ${moved.index + 1} removed` }
  state.said.textContent = words[moved.kind]
}

function mayRemove({ data, points }) {
  return data.remove && points.length > data.least
}

function press(state, event) {
  const { data, points } = state
  const by = nudge(event.key, event.shiftKey, data.step, data.domain)
  if (by) moveTo(state, points[state.at].map((value, k) => value + by[k]))
  else if (!data.one && (event.key === "PageDown" || event.key === "PageUp")) {
    drop(state)
    state.at = (state.at + (event.key === "PageDown" ? 1 : points.length - 1)) % points.length
    placeRing(state)
  } else if (event.key === "Delete" && mayRemove(state)) takeAway(state)
  else if (event.key === "Insert" && data.add) addAt(state, beside(state))
  else return
  event.preventDefault()
  event.stopPropagation()
  clearTimeout(state.later)
  if (by) state.later = setTimeout(() => drop(state), QUIET)
}

const beside = ({ points, at, data: { step } }) => points[at].map((value, k) => value + 5 * step[k])

function addAt(state, [x, y]) {
  const { step, domain } = state.data
  const point = [snapped(x, step[0], domain[0]), snapped(y, step[1], domain[1])]
  state.at = state.points.push(point) - 1
  send(state, { kind: "add", point })
}

function takeAway(state) {
  const index = state.at
  state.points.splice(index, 1)
  state.at = Math.min(index, state.points.length - 1)
  send(state, { kind: "remove", index })
}

/** What is under the pointer: the plot, and the number of the thing that a press would hold, or -1. */
function under(state, event) {
  const svg = chartOf(state)
  const onRing = event.target === state.ring
  if (!svg || !(onRing || svg.contains(event.target))) return undefined
  const plot = plotOf(svg)
  const { clientX: x, clientY: y } = event.touches?.[0] ?? event
  const touched = event.touches || event.pointerType === "touch"
  const places = state.points.map((point) => toPlace(plot, state.data.domain, point))
  const near = nearest(places, x, y, touched ? TOUCH : REACH)
  if (outside(plot, x, y) > REACH) return undefined
  // a finger elsewhere on the chart scrolls the page; a mouse may press anywhere
  return { plot, x, y, near: onRing && near < 0 ? state.at : state.data.one && !touched ? 0 : near }
}

function hold(state, event) {
  const hit = event.isPrimary && event.button === 0 ? under(state, event) : undefined
  if (!hit) return
  if (hit.near < 0) {
    if (state.data.add && event.pointerType === "touch") {
      state.pressed = setTimeout(() => addAt(state, toValues(hit.plot, state.data.domain, hit.x, hit.y)), PRESSED)
    }
    return
  }
  event.preventDefault()
  Object.assign(state, { held: true, at: hit.near, plot: hit.plot })
  const [x, y] = toPlace(hit.plot, state.data.domain, state.points[hit.near])
  // a press beside the thing brings it there; a press on it keeps the distance to its middle
  state.shift = Math.hypot(x - hit.x, y - hit.y) <= REACH ? [x - hit.x, y - hit.y] : [0, 0]
  state.ring.focus({ preventScroll: true })
  if (state.shift[0] === 0 && state.shift[1] === 0) drag(state, event)
  placeRing(state)
}

function drag(state, event) {
  clearTimeout(state.pressed)
  if (!state.held) return hover(state, event)
  const [x, y] = [event.clientX + state.shift[0], event.clientY + state.shift[1]]
  state.leaving = mayRemove(state) && outside(state.plot, x, y) > REMOVED
  state.ring.style.opacity = state.leaving ? "0.3" : "1"
  moveTo(state, toValues(state.plot, state.data.domain, x, y))
}

function hover(state, event) {
  if (event.pointerType === "touch") return
  const hit = under(state, event)
  const svg = chartOf(state)
  if (svg) svg.style.cursor = hit && hit.near >= 0 ? (state.data.one ? "crosshair" : "grab") : ""
  if (!hit || state.data.one || hit.near < 0 || hit.near === state.at || document.activeElement === state.ring) return
  state.at = hit.near
  placeRing(state)
}

function release(state) {
  clearTimeout(state.pressed)
  if (!state.held) return
  state.held = false
  state.ring.style.opacity = "1"
  if (state.leaving) takeAway(state)
  else drop(state)
  state.leaving = state.changed = false
  state.ring.look()
}

function listen(state) {
  const on = {
    pointerdown: (event) => hold(state, event),
    pointermove: (event) => drag(state, event),
    pointerup: () => release(state),
    pointercancel: () => release(state),
    // a finger on the thing moves it, and the page stays where it is
    touchstart: (event) => { if (under(state, event)?.near >= 0) event.preventDefault() },
    dblclick: (event) => {
      const hit = state.data.add ? under(state, event) : undefined
      if (hit && hit.near < 0) addAt(state, toValues(hit.plot, state.data.domain, hit.x, hit.y))
    },
    resize: () => measure(state),
  }
  for (const type in on) window.addEventListener(type, on[type], { capture: true, passive: false })
  const deaf = hear((values) => {
    if (!state.data.one || state.held) return
    const told = state.data.names.map((name, k) => values[name] ?? state.points[0][k])
    if (told.every((value, k) => value === state.points[0][k])) return
    state.points[0] = told
    placeRing(state)
  })
  return () => {
    deaf()
    for (const type in on) window.removeEventListener(type, on[type], { capture: true })
  }
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".grab")
  const state = (parentElement.nnviz ??= { at: 0 })
  const told = JSON.stringify(data)
  const about = JSON.stringify({ ...data, points: data.points.length })
  const known = state.told === told || (state.about === about && JSON.stringify(state.points) === JSON.stringify(data.points))
  Object.assign(state, { send: setTriggerValue, told, about })
  if (known && state.ring?.isConnected) return state.close
  if (!state.ring) {
    const redrawn = ({ target, addedNodes }) => [target, ...addedNodes].some(({ localName }) => localName === "svg")
    const watch = new MutationObserver((changes) => { if (changes.some(redrawn)) measure(state) })
    Object.assign(state, { data, watch, size: new ResizeObserver(() => measure(state)) })
    state.ring = ringOf(state)
  }
  Object.assign(state, { data, said: parentElement.querySelector(".said") })
  state.color = getComputedStyle(root).getPropertyValue("--st-primary-color") || "#0b62a8"
  root.textContent = data.hint
  if (!state.held) {
    state.points = data.points.map((point) => [...point])
    state.at = Math.min(state.at, data.points.length - 1)
    if (!data.one) tell({ [data.names[0]]: -1 })
  }
  state.leave ??= listen(state)
  forPaper()
  let tries = 0
  const settle = () => {
    measure(state)
    if (!state.ring.isConnected && (tries += 1) < 100) state.waiting = setTimeout(settle, 100)
  }
  clearTimeout(state.waiting)
  settle()
  return (state.close = () => {
    clearTimeout(state.waiting)
    clearTimeout(state.later)
    state.watch.disconnect()
    state.size.disconnect()
    state.leave?.()
    state.leave = undefined
    state.ring.remove()
  })
}
