// A drawn network that is linked with a chart: what is pointed at in one lights up in the other, and a weight can be dragged.
//
// The live value data.name holds the unit that is pointed at with its numbers, and those before it was dragged; a chart
// draws the difference (nnviz/charts/network_units.py). Parameters that sliders set are read from and written to theirs.
import { chartOf, plotOf } from "./dom.js"
import { outside, snapped, toValues } from "./drag_geometry.js"
import { liveValues, publish, replayToNewCharts, subscribe } from "./live_bus.js"
import { buildFigure, keyOf, placeUnder, unitUnder, updateFigure } from "./network_figure.js"
import {
  aboutKnots,
  drawnUnits,
  groupAt,
  knotOf,
  mostUnits,
  nameOf,
  parameterOf,
  placesOf,
  productOf,
  shownNumber,
  solvedFor,
  unitAt,
  withValue,
} from "./network_geometry.js"
import { offerNetwork } from "./network_picture.js"
import { filled, find, listen, stateFor } from "./state.js"

/**
 * What nnviz/web/network_drawing.py sends. networks: w, b, v and c by the value of the live value `frame`. products: a
 * parameter by its key is a factor times the product of live values. moves: while the knot of the live value names[0] is
 * held at names[1], the output weights and c change by so much for 1. ranges: the parameters that can be dragged. most: how many units are drawn, as many as have
 * room by default. focus: the unit whose knot is nearest to this x lights up while none is pointed at. colors: of the parts of
 * a unit; by default their signs decide. near: the units whose knots are about this x are drawn at first.
 * @typedef {import("./network_geometry.js").Parameters} Parameters
 * @typedef {import("./network_geometry.js").Place} Place
 * @typedef {{names: string[], heights: number[], units: [number, number][][], outputs: number[], charted: boolean}} Moves
 * @typedef {{name: string, chart: string, domain: number[][], interval: number[], phi: import("./network_geometry.js").Table,
 *   networks: Record<string, [number[], number[], number[], number]>, frame: string, present: string, group: number,
 *   products: Record<string, (number | string)[]>, moves: Moves | null, ranges: Record<string, number[]>, reports: boolean,
 *   tall: number[], most: number | null, focus: number | null, near: number | null, colors: Record<string, string>, ends: string[], key: string, words: string, sent: number, texts: Record<string, string>}} Data
 */

const FEW = 6 // units that stand above each other on a phone, too, and that are always all drawn
const NARROW = "(max-width: 640px)"
const DRAGGED = 320 // pixels for the whole range of a parameter
const NEAR = 0.06 // of the axis: a knot so near is pointed at
const EQUAL = 4 // weights that are all equal are drawn as if the largest one were so many times larger
const QUIET = 450 // milliseconds after the last key press until the server gets a message

const stateOf = stateFor(() => ({
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  base: /** @type {Parameters} */ ({ w: [], b: [], v: [], c: 0 }),
  network: /** @type {Parameters} */ ({ w: [], b: [], v: [], c: 0 }),
  old: false,
  edit: /** @type {{place: Place, value: number} | undefined} */ (undefined),
  lit: -1,
  rest: -1, // lit while none is pointed at
  place: /** @type {Place | undefined} */ (undefined),
  held: /** @type {{from: number, y: number} | undefined} */ (undefined),
  svg: /** @type {SVGSVGElement} */ (/** @type {unknown} */ (undefined)),
  root: /** @type {HTMLElement} */ (/** @type {unknown} */ (undefined)),
  figure: /** @type {import("./network_figure.js").Figure | undefined} */ (undefined),
  built: "",
  count: 0, // units when the figure was built
  told: "",
  drawn: "",
  later: 0,
  send: /** @type {(name: string, value: unknown) => void} */ (() => {}),
  resized: /** @type {ResizeObserver | undefined} */ (undefined),
  leave: /** @type {(() => void) | undefined} */ (undefined),
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** Compute the network that the live values and the hand make of the server's. @param {State} state */
function compute(state) {
  const { data, edit } = state
  const live = liveValues()
  const frame = data.frame && Number.isFinite(live[data.frame]) ? String(Math.floor(live[data.frame])) : data.present
  const found = data.networks[frame] ?? data.networks[data.present]
  state.old = !data.networks[frame] && frame !== data.present
  let base = { w: found[0], b: found[1], v: found[2], c: found[3] }
  for (const [key, product] of Object.entries(data.products)) {
    const value = productOf(product, live)
    const place = { part: /** @type {Place["part"]} */ (key[0]), unit: Number(key.slice(1)) }
    if (value !== undefined) base = withValue(base, place, value)
  }
  const moved = movedBy(data.moves, base, live)
  if (data.moves && moved !== base && !data.moves.charted) {
    state.lit = data.moves.units[live[data.moves.names[0]]][0][0] // the chart is moved by the units that are lit
    state.base = base
  } else state.base = moved
  state.network = edit ? withValue(moved, edit.place, edit.value) : moved
  state.rest = data.focus === null ? -1 : groupAt(state.network, data.focus, data.group)
}

/** The first unit of those that are lit, or -1. @param {State} state */
const litOf = ({ lit, rest }) => (lit < 0 ? rest : lit)

/** The network while a knot of the chart is held. @param {Moves | null} moves @param {Parameters} network @param {Record<string, any>} live */
function movedBy(moves, network, live) {
  const [knot, height] = moves ? moves.names.map((name) => live[name]) : []
  if (!moves || !(knot >= 0 && knot < moves.heights.length)) return network
  const by = height - moves.heights[knot]
  const v = [...network.v]
  for (const [unit, change] of moves.units[knot]) v[unit] += by * change
  return { ...network, v, c: network.c + by * moves.outputs[knot] }
}

/** Tell the charts what is pointed at, if that is new. @param {State} state */
function tell(state) {
  const { data, network, base, edit } = state
  const lit = state.old ? -1 : litOf(state) // the network that the live value names is not here
  const units = lit < 0 ? [] : Array.from({ length: data.group }, (_, k) => lit + k).filter((k) => k < network.w.length)
  const numbers = (/** @type {Parameters} */ { w, b, v, c }) => ({
    c,
    ...Object.fromEntries(
      units.flatMap((unit, k) => [
        [`w${k}`, w[unit]],
        [`b${k}`, b[unit]],
        [`v${k}`, v[unit]],
      ]),
    ),
  })
  const value =
    units.length || edit ? { unit: lit, moved: network !== base, now: numbers(network), was: numbers(base) } : null
  const told = JSON.stringify(value)
  if (told === state.told) return
  state.told = told
  publish({ [data.name]: value })
}

/** Draw what is new. @param {State} state */
function refresh(state) {
  compute(state)
  const { data, network } = state
  const count = network.w.length
  if (state.lit >= count) Object.assign(state, { lit: -1, place: undefined })
  const about = () => JSON.stringify([network, state.lit, state.rest, state.place, state.built, state.old])
  if (about() === state.drawn) return
  rebuild(state, count)
  if (!state.figure) return
  state.root.classList.toggle("old", state.old)
  const largest = largestOf(data, state.held ? undefined : network)
  const { place } = state
  updateFigure(state.figure, network, {
    lit: litOf(state),
    group: data.group,
    place,
    largest,
    x: data.most === null ? data.interval : aboutKnots(network, state.figure.view, data.interval),
    phi: data.phi,
  })
  find(state.root, ".told").textContent = describe(state)
  state.drawn = about()
  tell(state)
}

/** The size of each kind of parameter whose line is the thickest: the end of its slider, or the largest one. @param {Data} data @param {Parameters | undefined} now */
function largestOf({ networks, products, ranges }, now) {
  const all = Object.values(networks)
  if (now) all.push([now.w, now.b, now.v, now.c])
  const ends = (/** @type {string} */ part) =>
    Object.keys(products).flatMap((key) => (key.startsWith(part) ? Math.max(...ranges[key].map(Math.abs)) : []))
  const [w, b, v] = ["w", "b", "v"].map((part, k) => {
    const sizes = ends(part)
    const found = (sizes.length ? sizes : all.flatMap((one) => one[k])).map(Math.abs)
    const largest = Math.max(...found, 1e-12)
    return Math.min(...found) === largest && !sizes.length ? EQUAL * largest : largest
  })
  return { w, b, v, c: v }
}

/** Build the figure again if its size or its units are others. @param {State} state @param {number} count */
function rebuild(state, count) {
  const { data, svg } = state
  const zoom = Number(getComputedStyle(svg).getPropertyValue("--nnviz-zoom")) || 1 // of static/projector.css
  const [width, height] = [svg.clientWidth / zoom, svg.clientHeight / zoom]
  if (width < 20 || height < 20) return
  const narrow = window.matchMedia(NARROW).matches
  const view = viewOf(state, count, data.most ?? Math.max(mostUnits(narrow ? width : height), FEW))
  const flat = narrow && view.last - view.first > FEW
  const about = JSON.stringify([count, view, Math.round(width), Math.round(height), flat, Object.keys(data.ranges)])
  if (about === state.built) return
  state.built = about
  state.count = count
  svg.classList.toggle("single", count === 1)
  const focused = hasFocus(state)
  const named = (/** @type {Place} */ place) =>
    filled(data.texts[place.part], { name: nameOf(place, count), unit: place.unit + 1 })
  state.figure = buildFigure(svg, {
    count,
    view,
    width,
    height,
    flat,
    named,
    ends: data.ends,
    isPart: data.most !== null,
    rest: data.texts.rest,
  })
  for (const { group, place, line, label } of state.figure.weights.values()) {
    const color = data.colors[place.part]
    if (color) line.style.setProperty(place.part === "b" ? "fill" : "stroke", color)
    if (color) label.style.setProperty("fill", color)
    const range = data.ranges[keyOf(place)] ?? data.ranges[place.part]
    group.classList.toggle("free", range !== undefined)
    group.setAttribute("aria-readonly", String(range === undefined))
    group.setAttribute("aria-valuemin", String(range ? range[0] : -1e9))
    group.setAttribute("aria-valuemax", String(range ? range[1] : 1e9))
  }
  reachable(state, state.place, focused)
}

/** The units that are drawn: the same as before if the one that is pointed at is among them. @param {State} state @param {number} count @param {number} most */
function viewOf(state, count, most) {
  const { data, figure, count: before } = state
  const { group } = data
  const lit = litOf(state)
  const view = figure?.view
  if (count <= most) return { first: 0, last: count }
  const fits = view && view.last - view.first < most && before === count
  if (fits && (lit < 0 || (lit >= view.first && lit < view.last))) return view
  const room = data.most ?? most - 2 // how many are left out stands at both ends
  const at = lit < 0 && data.near !== null ? groupAt(state.network, data.near, group) : lit
  return drawnUnits(count, at, group, Math.max(Math.floor(room / group) * group, group))
}

/** Whether the keyboard is at the drawing. @param {State} state */
function hasFocus({ svg }) {
  return svg.contains(/** @type {ShadowRoot} */ (svg.getRootNode()).activeElement)
}

/** Let the Tab key reach one place of the figure, and focus it if the figure has the focus. @param {State} state @param {Place | undefined} place @param {boolean} focus */
function reachable({ figure }, place, focus) {
  if (!figure) return
  const all = [...figure.weights.values()]
  const chosen = all.find((one) => place && keyOf(one.place) === keyOf(place)) ?? all[0]
  for (const { group } of all) group.setAttribute("tabindex", group === chosen.group ? "0" : "-1")
  if (focus) chosen.group.focus({ preventScroll: true })
}

/** Say what is pointed at, with its numbers. @param {State} state */
function describe({ data, lit, network, place }) {
  const { texts } = data
  if (place && place.part === "c") return `c = ${shownNumber(network.c)}`
  if (lit < 0) return texts.look
  const numbers = (/** @type {number} */ unit) =>
    /** @type {Place["part"][]} */ (["w", "b", "v"])
      .map(
        (part) => `${nameOf({ unit, part }, network.w.length)} = ${shownNumber(parameterOf(network, { unit, part }))}`,
      )
      .join(", ")
  const units = Array.from({ length: data.group }, (_, k) => lit + k).filter((unit) => unit < network.w.length)
  return units
    .map((unit) => {
      const knot = knotOf(network, unit)
      const at = Number.isFinite(knot) ? filled(texts.knot, { x: shownNumber(knot) }) : texts.constant
      return `${filled(texts.unit, { unit: unit + 1, units: network.w.length })}: ${numbers(unit)}. ${at}`
    })
    .join(" ")
}

/** The first unit of the group of a unit. @param {State} state @param {number} unit */
function groupOf({ data }, unit) {
  return unit < 0 ? -1 : unit - (unit % data.group)
}

/** Point at a unit, and perhaps at one of its parameters. @param {State} state @param {number} unit @param {Place} [place] */
function point(state, unit, place) {
  state.lit = groupOf(state, unit)
  state.place = place
  refresh(state)
}

/** Set the parameter at a place to a value, as far as its range goes. @param {State} state @param {Place} place @param {number} value */
function change(state, place, value) {
  const { data } = state
  const range = data.ranges[keyOf(place)] ?? data.ranges[place.part]
  if (!range) return
  const product = data.products[keyOf(place)]
  if (product) {
    const solved = solvedFor(product, liveValues(), value)
    const last = String(product[product.length - 1])
    const [low, high, step] = data.ranges[last] ?? range
    if (solved !== undefined) publish({ [last]: snapped(solved, step, [low, high]) })
  } else {
    state.edit = { place, value: snapped(value, range[2], [range[0], range[1]]) }
  }
  refresh(state)
}

/** Send what was changed to the server; without an answer there, the network returns to what it was. @param {State} state @param {Place} place */
function finish(state, place) {
  clearTimeout(state.later)
  state.later = 0
  const { data, edit } = state
  const product = data.products[keyOf(place)]
  find(state.root, ".said").textContent =
    `${nameOf(place, state.network.w.length)} = ${shownNumber(parameterOf(state.network, place))}`
  if (product) {
    const last = String(product[product.length - 1])
    state.send("moved", { name: last, value: liveValues()[last] })
  } else if (edit && data.reports) {
    state.send("moved", { part: place.part, unit: place.unit, value: edit.value })
  } else {
    state.edit = undefined
    refresh(state)
  }
}

/** @param {State} state @param {PointerEvent} event */
function press(state, event) {
  const place = placeUnder(event.target)
  const unit = place ? place.unit : unitUnder(event.target)
  const known = place && state.place && keyOf(state.place) === keyOf(place)
  point(state, unit, place)
  const range = place && (state.data.ranges[keyOf(place)] ?? state.data.ranges[place.part])
  // a finger first chooses a weight and then drags it, so that one that scrolls the page changes nothing
  if (!place || !range || (event.pointerType === "touch" && !known)) return
  event.preventDefault()
  reachable(state, place, true)
  state.held = { from: parameterOf(state.network, place), y: event.clientY }
}

/** @param {State} state @param {PointerEvent} event */
function move(state, event) {
  const { held, place, data } = state
  if (held && place) {
    const [low, high] = data.ranges[keyOf(place)] ?? data.ranges[place.part]
    change(state, place, held.from + ((held.y - event.clientY) / DRAGGED) * (high - low))
  } else if (state.svg.contains(originOf(event))) {
    const under = placeUnder(originOf(event))
    const unit = under ? under.unit : unitUnder(originOf(event))
    if (unit >= 0 || under) point(state, unit, under)
    else if (state.lit >= 0 && !hasFocus(state)) point(state, -1)
  } else {
    hover(state, event)
  }
}

/** The innermost element of an event, also inside of a component. @param {Event} event */
function originOf(event) {
  return /** @type {Element} */ (event.composedPath()[0])
}

/** Point at the unit whose knot is nearest in the chart; at none elsewhere, unless the keyboard points. @param {State} state @param {PointerEvent} event */
function hover(state, event) {
  const svg = event.buttons ? null : chartOf(state.data.chart)
  const inChart = svg?.contains(originOf(event))
  if (!inChart && (state.lit < 0 || hasFocus(state))) return
  let unit = -1
  if (svg && inChart) {
    const plot = plotOf(svg)
    const { domain } = state.data
    const [x] = toValues(plot, domain, event.clientX, event.clientY)
    if (outside(plot, event.clientX, event.clientY) === 0)
      unit = unitAt(state.network, x, NEAR * (domain[0][1] - domain[0][0]))
  }
  if (groupOf(state, unit) !== state.lit) point(state, unit)
}

/** @param {State} state @param {KeyboardEvent} event */
function key(state, event) {
  const { place, data, network } = state
  if (!place) return
  const places = placesOf(network.w.length)
  const at = places.findIndex((one) => keyOf(one) === keyOf(place))
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 3, PageUp: -3, Home: -at, End: places.length - 1 - at }
  const range = data.ranges[keyOf(place)] ?? data.ranges[place.part]
  const up = /** @type {Record<string, number>} */ ({ ArrowUp: 1, ArrowDown: -1 })[event.key]
  if (steps[event.key] !== undefined) {
    const next = places[Math.min(Math.max(at + steps[event.key], 0), places.length - 1)]
    point(state, next.unit, next)
    reachable(state, next, true)
  } else if (up && range) {
    const by = event.shiftKey
      ? range[2]
      : Math.max(range[2], Math.round((range[1] - range[0]) / 100 / range[2]) * range[2])
    change(state, place, parameterOf(network, place) + up * by)
    clearTimeout(state.later)
    if (data.reports || data.products[keyOf(place)]) state.later = window.setTimeout(() => finish(state, place), QUIET)
  } else return
  event.preventDefault()
}

/** @param {State} state @returns {() => void} what ends it */
function handle(state) {
  const { root, svg } = state // not on the drawing itself: Chromium lets an SVG that listens for the focus have it
  const focus = (/** @type {FocusEvent} */ event) => {
    const place = placeUnder(event.target)
    if (place && !state.held) point(state, place.unit, place)
  }
  const blur = () => {
    if (state.held || state.later) return
    state.edit = undefined
    point(state, -1)
  }
  root.addEventListener("pointerdown", (event) => press(state, event))
  root.addEventListener("keydown", (event) => key(state, event))
  root.addEventListener("focusin", focus)
  root.addEventListener("focusout", blur)
  const release = () => {
    const { held, place } = state
    state.held = undefined
    if (held && place) finish(state, place)
  }
  const chosen = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "touch") hover(state, event)
  }
  const stop = listen({
    pointermove: (event) => move(state, event),
    pointerup: release,
    pointercancel: release,
    click: chosen,
  })
  const unsubscribe = subscribe(() => refresh(state), root)
  const endReplay = replayToNewCharts()
  const withdraw = offerNetwork(state)
  state.resized = new ResizeObserver(() => refresh(state))
  state.resized.observe(svg)
  return () => {
    stop()
    unsubscribe()
    endReplay()
    withdraw()
    state.resized?.disconnect()
    publish({ [state.data.name]: null })
  }
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement, setTriggerValue }) {
  const state = stateOf(parentElement)
  /** @type {HTMLElement} */
  const root = find(parentElement, ".network")
  const first = state.root !== root
  Object.assign(state, { data, root, svg: find(root, "svg"), send: setTriggerValue })
  if (!state.held) state.edit = undefined
  state.later = 0
  root.style.setProperty("--tall", `${data.tall[window.matchMedia(NARROW).matches ? 1 : 0]}px`)
  state.svg.setAttribute("aria-label", data.words)
  root.title = data.texts.hint
  if (first) {
    state.leave?.()
    state.leave = undefined
    state.built = ""
  }
  state.leave ??= handle(state)
  refresh(state)
  return () => {
    state.leave?.()
    state.leave = undefined
  }
}
