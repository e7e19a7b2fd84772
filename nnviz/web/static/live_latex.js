// Write numbers into formulas that KaTeX has set, in their places, so that no formula is set again.
import { chartOf, latexRules, signalsOf, symbolsOf } from "./dom.js"
import { liveValues, subscribe } from "./live_bus.js"
import { changes, evaluate } from "./live_number.js"
import { addRules, stateFor } from "./state.js"
import { significant } from "./ticks.js"

/**
 * What nnviz/web/live_latex.py sends. A place is empty, and of the color rgba(mark[0], mark[1], its number, 0). `of` are
 * the coefficients of a number that follows live values (live_number.js). One is a constant; without any, `words` are
 * written. A number of a `chart` has a `name` there, and is so many `times` the chart's number.
 * A number may have a `color`.
 * @typedef {{of: number[], words: string, digits: number, signed: boolean, bracketed?: boolean, name?: string, times?: number, color?: string}} Place
 * @typedef {{mark: number[], names: string[], at: number[], reach: number[], numbers: Place[], chart?: string}} Data
 */

const OURS = "nnviz-number"
const TRIES = 100 // a tenth of a second each, while the formulas are not set
const APART = 50 // milliseconds between two changes of all numbers: nobody reads faster, and charts have the frames

const stateOf = stateFor(() => ({
  data: /** @type {Data} */ ({ mark: [], names: [], at: [], reach: [], numbers: [] }),
  nodes: /** @type {Element[][]} */ ([]),
  said: /** @type {WeakMap<Element, string>} */ (new WeakMap()),
  near: /** @type {Node} */ (/** @type {unknown} */ (undefined)),
  waiting: 0,
  pause: 0,
  frame: 0,
  missed: false,
  close: () => {},
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** Put a node of our own into each place: what React has drawn stays as it is. @param {Data} data @param {Node} near */
function fill({ mark, numbers }, near) {
  const ours = `${OURS}-${mark.join("-")}`
  for (const old of document.querySelectorAll(`.${ours}`)) old.remove()
  return symbolsOf(mark, numbers.length, near).map((places, k) =>
    places.map((place) => {
      const tag = place.namespaceURI?.endsWith("MathML") ? "mn" : "span"
      const node = document.createElementNS(place.namespaceURI, tag)
      node.setAttribute("class", `${OURS} ${ours}`)
      const color = numbers[k].color // mixed with that of the text, so that it can be read in light and dark
      if (color && node instanceof HTMLElement) node.style.color = `color-mix(in srgb, ${color} 65%, currentColor)`
      place.append(node)
      return node
    }),
  )
}

/** @param {State} state @param {Element} node @param {string | number} value @param {Place} place */
function write(state, node, value, { digits, signed, bracketed }) {
  const [sign, text, power] = typeof value === "string" ? ["", value, ""] : significant(value, digits)
  const [open, close] = bracketed && sign ? ["(", ")"] : ["", ""]
  const front = signed ? ` ${sign || "+"} ` : `${open}${sign}`
  const spoken = node.localName === "mn"
  const ten = text === "1" ? "10" : `${text} ⋅ 10`
  const whole = `${front}${power ? ten + (spoken ? `^${power}` : "") : text}${power && !spoken ? "" : close}`
  if (state.said.get(node) === whole + power) return
  state.said.set(node, whole + power)
  node.textContent = whole
  if (!power || spoken) return
  const raised = document.createElement("sup")
  raised.style.cssText = "font-size:0.7em;line-height:0;vertical-align:0.55em"
  raised.textContent = power
  node.append(raised, close)
}

/**
 * The numbers that the chart has computed, if a slider has moved. @param {State} state
 * @returns {Record<string, number> | undefined}
 */
function numbersOfChart({ data: { chart }, near }) {
  const svg = chart && chartOf(chart, near)
  const { moved, now } = svg ? signalsOf(svg, ["moved", "now"]) : {}
  return moved ? now : undefined
}

/** @param {State} state */
function show(state) {
  const moved = changes(state.data, liveValues())
  const drawn = numbersOfChart(state)
  state.data.numbers.forEach((number, k) => {
    const { of, words, name = "", times = 1 } = number
    const computed = drawn?.[name]
    const given = of.length === 0 ? words : evaluate(of, moved)
    const value = typeof computed === "number" ? times * computed : given
    for (const node of state.nodes[k]) write(state, node, value, number)
  })
}

/** Fill the places, again and again until all formulas are set. @param {State} state */
function settle(state, tries = 0) {
  state.nodes = fill(state.data, state.near)
  show(state)
  const missing = state.nodes.some((nodes) => nodes.length === 0)
  if (missing && tries < TRIES) state.waiting = window.setTimeout(() => settle(state, tries + 1), 100)
}

/** Whether every node still stands in the place of its number. @param {State} state */
function isSettled({ data: { mark, numbers }, nodes, near }) {
  if (nodes.length !== numbers.length) return false
  return symbolsOf(mark, numbers.length, near).every(
    (places, k) =>
      places.length > 0 &&
      places.length === nodes[k].length &&
      places.every((place, i) => place === nodes[k][i].parentElement),
  )
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement }) {
  const state = stateOf(parentElement)
  state.close()
  addRules(OURS, latexRules(OURS))
  Object.assign(state, { data, near: parentElement })
  if (isSettled(state)) show(state)
  else settle(state)
  const change = () => {
    state.missed = state.pause !== 0
    if (state.missed) return
    if (data.chart)
      state.frame = requestAnimationFrame(() => show(state)) // the chart computes before
    else show(state)
    state.pause = window.setTimeout(() => {
      state.pause = 0
      if (state.missed) change()
    }, APART)
  }
  const unsubscribe = subscribe(change, parentElement)
  state.close = () => {
    clearTimeout(state.waiting)
    clearTimeout(state.pause)
    cancelAnimationFrame(state.frame)
    state.pause = 0
    unsubscribe()
  }
  return () => state.close()
}
