// Lay out a drawn network with one hidden layer, and compute its curves. Pure; tested by Node.
import { joined, significant } from "./ticks.js"

/**
 * One network: hidden weights w, hidden biases b, output weights v, one for each unit, and the output bias c.
 * @typedef {{w: number[], b: number[], v: number[], c: number}} Parameters
 * @typedef {"w" | "b" | "v" | "c"} Part
 * @typedef {{unit: number, part: Part}} Place the number of a unit and one of its parameters; c belongs to no unit, -1
 * @typedef {{from: number, values: number[]}} Table values of φ at even steps from -from to from
 */

const END = 20 // pixels from the edge to the middle of an input or output
const PITCH = 46 // pixels from unit to unit, at least
const GAP = 14 // pixels between two boxes
const NAMED_GAP = 66 // between few boxes, whose numbers stand above and below them
const FEW = 3
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

/** The units that are drawn: all, or `most` of them about the one that is pointed at. @param {number} count @param {number} at @param {number} group @param {number} most */
export function drawnUnits(count, at, group, most) {
  if (count <= most) return { first: 0, last: count }
  const middle = Math.floor((Math.max(at, 0) - most / 2) / group) * group + group
  const first = Math.min(Math.max(middle, 0), Math.ceil((count - most) / group) * group)
  return { first, last: Math.min(first + most, count) }
}

/** How many units have room beside each other. @param {number} across */
export function mostUnits(across) {
  return Math.floor(across / PITCH)
}

/**
 * Where things stand. `flat`: the layers lie above each other, the input at the bottom, as a phone has the room;
 * otherwise they stand beside each other, the input at the left. Units have even distances.
 * @param {{width: number, height: number, count: number, flat: boolean}} box
 */
export function layout({ width, height, count, flat }) {
  const across = flat ? width : height
  const room = across / Math.max(count, 1)
  /** @param {number} along @param {number} at @returns {[number, number]} */
  const point = (along, at) => (flat ? [at, height - along * height] : [along * width, at])
  const share = END / (flat ? height : width)
  const gap = count <= FEW && room > 1.5 * NAMED_GAP ? NAMED_GAP : Math.min(GAP, 0.35 * room)
  const size = flat
    ? [Math.min(44, room - GAP), Math.min(30, height * 0.22)]
    : [Math.min(count === 1 ? 104 : 96, width * 0.38), Math.min(count === 1 ? 130 : 90, room - gap)]
  return {
    input: point(share, across / 2),
    output: point(1 - share, across / 2),
    units: Array.from({ length: count }, (_, k) => point(0.5, (k + 0.5) * room)),
    size: /** @type {[number, number]} */ (size),
  }
}

/** The thickness of the line of a weight, in pixels. @param {number} value @param {number} largest */
export function thickness(value, largest) {
  return 1 + 4 * Math.min(Math.abs(value) / (largest || 1), 1)
}

/** The name of a parameter, such as w₃; the only unit needs no number. @param {Place} place @param {number} [count] of units */
export function nameOf({ unit, part }, count) {
  return part === "c" || count === 1
    ? part
    : part + [...String(unit + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join("")
}

/** @param {Parameters} network @param {Place} place */
export function parameterOf(network, { unit, part }) {
  return part === "c" ? network.c : network[part][unit]
}

/** The network with another value at one place. @param {Parameters} network @param {Place} place @param {number} value @returns {Parameters} */
export function withValue(network, { unit, part }, value) {
  if (part === "c") return { ...network, c: value }
  return { ...network, [part]: network[part].with(unit, value) }
}

/** A number as it is shown. @param {number} value */
export function shownNumber(value) {
  return joined(...significant(value, 3))
}

/** φ(z) between the values of a table; straight on beyond its ends. @param {Table} table @param {number} z */
export function lookUp({ from, values }, z) {
  const last = values.length - 1
  const place = ((z + from) / (2 * from)) * last
  const left = Math.min(Math.max(Math.floor(place), 0), last - 1)
  return values[left] + (place - left) * (values[left + 1] - values[left])
}

/** What a unit adds to the output at each x. @param {Parameters} network @param {number} unit @param {number[]} x @param {Table} phi */
export function termOf(network, unit, x, phi) {
  const [w, b, v] = [network.w[unit], network.b[unit], network.v[unit]]
  return x.map((at) => v * lookUp(phi, w * at + b))
}

/** The place where the input of a unit is zero; NaN if its weight is 0. @param {Parameters} network @param {number} unit */
export function knotOf({ w, b }, unit) {
  return w[unit] === 0 ? Number.NaN : -b[unit] / w[unit]
}

/** The part of an interval about the knots of some units, with as much room on both sides as the knots are apart. @param {Parameters} network @param {{first: number, last: number}} units @param {number[]} interval */
export function aboutKnots(network, { first, last }, interval) {
  const knots = Array.from({ length: last - first }, (_, k) => knotOf(network, first + k)).filter(Number.isFinite)
  const [low, high] = [Math.min(...knots), Math.max(...knots)]
  return high > low ? [2 * low - high, 2 * high - low] : interval
}

/** The unit whose knot is nearest to x, if there is one within `reach`; otherwise -1. @param {Parameters} network @param {number} x @param {number} reach */
export function unitAt(network, x, reach) {
  let [found, least] = [-1, reach]
  network.w.forEach((_, unit) => {
    const distance = Math.abs(knotOf(network, unit) - x)
    if (distance < least) [found, least] = [unit, distance]
  })
  return found
}

/** The first unit of the group whose knots lie about x. @param {Parameters} network @param {number} x @param {number} group */
export function groupAt(network, x, group) {
  let [found, least] = [-1, Number.POSITIVE_INFINITY]
  for (let first = 0; first < network.w.length; first += group) {
    const knots = Array.from({ length: group }, (_, k) => knotOf(network, Math.min(first + k, network.w.length - 1)))
    const distance = Math.abs(knots.reduce((sum, knot) => sum + knot, 0) / group - x)
    if (distance < least) [found, least] = [first, distance]
  }
  return found
}

/** All places of a network that the keyboard reaches, unit by unit. @param {number} count @returns {Place[]} */
export function placesOf(count) {
  /** @type {Part[]} */
  const parts = ["w", "b", "v"]
  const units = Array.from({ length: count }, (_, unit) => parts.map((part) => ({ unit, part }))).flat()
  return [...units, { unit: -1, part: "c" }]
}

/**
 * A parameter that follows live values is a factor times their product, such as b = -k·s. Return the values by name.
 * @param {(number | string)[]} product @param {Record<string, any>} live @returns {number | undefined}
 */
export function productOf([factor, ...names], live) {
  let value = Number(factor)
  for (const name of names) {
    if (!Number.isFinite(live[name])) return undefined
    value *= live[name]
  }
  return value
}

/** The value of the last name of a product that gives the product this value. @param {(number | string)[]} product @param {Record<string, any>} live @param {number} value */
export function solvedFor(product, live, value) {
  const others = /** @type {number} */ (productOf(product.slice(0, -1), live))
  return others === 0 ? undefined : value / others + 0
}
