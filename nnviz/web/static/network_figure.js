// Build the figure of a network as SVG, and bring it up to date: lines are weights, squares are biases, boxes are units.
//
// Blue solid lines are positive, orange dashed lines negative, and thicker lines larger. A box shows what its unit adds to
// the output over K. The colors are those of the charts, and come as CSS variables.
import { layout, nameOf, parameterOf, placesOf, shownNumber, termOf, thickness } from "./network_geometry.js"
import { filled } from "./state.js"

/** How a number is written for ARIA, which knows no exponents. */
const PLAIN = { useGrouping: false, maximumFractionDigits: 20 }

/** @typedef {import("./network_geometry.js").Parameters} Parameters */
/** @typedef {import("./network_geometry.js").Place} Place */
/** @typedef {{group: SVGElement, line: SVGElement, label: SVGElement, place: Place, shift: number[]}} Weight */
/** @typedef {{first: number, last: number}} View */
/** @typedef {{weights: Map<string, Weight>, units: Map<number, SVGElement>, view: View, size: number[], links: SVGElement[]}} Figure */

const SAMPLES = 33 // of a curve in a box
const APART = 0.4 // of a line: from here to its unit it can be pressed; before, all lines come together
const ALWAYS_NAMED = 3 // units: with so few, every number is written beside its line
const DENSE = 28 // pixels: in smaller boxes only the numbers of one unit have room, without its bias
const ABOVE = [23, 9] // pixels from a box up to the middles of the numbers w and v
const BELOW = 28 // pixels, for how many units are left out
const NAMED = 80 // pixels from the middle of an end to a box: so long a line has room for its number
const NAMESPACE = "http://www.w3.org/2000/svg"

/** @param {Place} place */
export const keyOf = ({ unit, part }) => `${part}${unit}`

/** @param {string} name @param {Record<string, string | number>} attributes @param {SVGElement[]} children */
function element(name, attributes, children = []) {
  const made = /** @type {SVGElement} */ (document.createElementNS(NAMESPACE, name))
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.append(...children)
  return made
}

/** @param {string} words @param {number[]} at @param {string} name */
function words(words, [x, y], name) {
  const made = element("text", { x, y, class: name })
  made.textContent = words
  return made
}

/**
 * Draw the whole figure again.
 * @param {SVGSVGElement} svg @param {{count: number, view: View, width: number, height: number, flat: boolean,
 *   named: (place: Place) => string, ends: string[], isPart: boolean, rest: string}} given isPart: only a part is meant to
 *   be seen, and how many units are left out stands below it, as rest says @returns {Figure}
 */
export function buildFigure(svg, { count, view, width, height, flat, named, ends, isPart, rest: restOf }) {
  const rest = isPart ? [0, 0] : [view.first > 0 ? 1 : 0, view.last < count ? 1 : 0]
  const [before, after] = rest // room for how many are left out
  const shown = view.last - view.first
  const tall = isPart && shown < count ? height - BELOW : height
  const places = layout({ width, height: tall, count: shown + before + after, flat })
  const [wide, high] = places.size
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  /** @type {Figure} */
  const figure = { weights: new Map(), units: new Map(), view, size: places.size, links: [] }
  const lines = []
  const boxes = []
  for (const place of placesOf(count)) {
    const isDrawn = place.unit >= view.first && place.unit < view.last
    const middle = places.units[place.unit - view.first + before]
    if (place.part !== "c" && !isDrawn) continue
    const made = weight(place, place.part === "c" ? places.output : middle, places, flat, named(place))
    figure.weights.set(keyOf(place), made)
    if (place.part === "b" || place.part === "c") boxes.push(made.group)
    else lines.push(made.group)
    if (place.part === "w") boxes.push(unitBox(figure, place.unit, middle, wide, high))
  }
  const left = isPart ? [] : restWords(count, view, places, restOf)
  if (isPart && shown < count)
    left.push(words(filled(restOf, { count: count - shown }), [width / 2, height - BELOW / 2], "rest"))
  svg.replaceChildren(...lines, ...ending(places, ends), ...boxes, ...left)
  svg.append(...[...figure.weights.values()].map(({ label }) => label))
  return figure
}

/** @param {Figure} figure @param {number} unit @param {number[]} middle @param {number} wide @param {number} high */
function unitBox(figure, unit, [x, y], wide, high) {
  const box = element(
    "g",
    { class: "unit", "data-unit": unit, transform: `translate(${x - wide / 2} ${y - high / 2})` },
    [
      element("rect", { width: wide, height: high, rx: 4 }),
      element("path", { class: "zero", d: `M2 ${high / 2}H${wide - 2}` }),
      element("path", { class: "curve" }),
    ],
  )
  figure.units.set(unit, box)
  return box
}

/** @param {ReturnType<typeof layout>} places @param {string[]} ends */
function ending({ input, output }, [before, after]) {
  return [
    element("circle", { class: "end", cx: input[0], cy: input[1], r: 15 }),
    words(before, input, "name"),
    element("circle", { class: "end", cx: output[0], cy: output[1], r: 15 }),
    words(after, output, "name"),
  ]
}

/** Say how many units are not drawn. @param {number} count @param {View} view @param {ReturnType<typeof layout>} places @param {string} rest */
function restWords(count, { first, last }, { units }, rest) {
  const made = []
  if (first > 0) made.push(words(filled(rest, { count: first }), units[0], "rest"))
  if (last < count) made.push(words(filled(rest, { count: count - last }), units[units.length - 1], "rest"))
  return made
}

/** @param {Place} place @param {number[]} at @param {ReturnType<typeof layout>} places @param {boolean} flat @param {string} name @returns {Weight} */
function weight(place, at, { input, output, size }, flat, name) {
  const about = { class: "weight", role: "slider", tabindex: -1, "data-place": keyOf(place), "aria-label": name }
  const [x, y] = at
  const [sx, sy] = place.part === "c" ? [30, 30] : size
  if (place.part === "b" || place.part === "c") {
    const corner = [x - sx / 2, y + sy / 2]
    const line = element("rect", { class: "line bias" })
    const hit = element("circle", { class: "hit spot", cx: corner[0], cy: corner[1], r: 9 })
    const label = words("", [x, y + sy / 2 + (sy > 100 ? 17 : 13)], "number")
    return { group: element("g", about, [line, hit]), line, label, place, shift: corner }
  }
  const outer = place.part === "w" ? input : output
  const side = place.part === "w" ? -1 : 1 // a line comes in at one side of its box and goes out at the other
  const edge = flat ? [x, y - (side * sy) / 2] : [x + (side * sx) / 2, y]
  const towards = (/** @type {number} */ share) => [
    outer[0] + (edge[0] - outer[0]) * share,
    outer[1] + (edge[1] - outer[1]) * share,
  ]
  const [line, hit] = ["line", "hit"].map((kind) => {
    const [x1, y1] = towards(kind === "line" ? 0 : APART)
    return element("line", { class: kind, x1, y1, x2: edge[0], y2: edge[1] })
  })
  const middle = towards(flat ? 0.6 : 0.5)
  const isShort = Math.abs(x - outer[0]) < size[0] / 2 + NAMED // then its number stands above the box
  const aside = [x, y - size[1] / 2 - ABOVE[place.part === "w" ? 0 : 1]]
  const label = words("", flat ? middle : isShort ? aside : [middle[0], middle[1] - 7], "number")
  return { group: element("g", about, [line, hit]), line, label, place, shift: [0, 0] }
}

/**
 * Bring the figure up to date. lit: the first unit of the group that is pointed at, or -1.
 * @param {Figure} figure @param {Parameters} network @param {{lit: number, group: number, place: Place | undefined,
 *   largest: Record<string, number>, x: number[], phi: import("./network_geometry.js").Table}} shown
 */
export function updateFigure(figure, network, { lit, group, place, largest, x, phi }) {
  const isLit = (/** @type {number} */ unit) => lit >= 0 && unit >= lit && unit < lit + group
  const few = network.w.length <= ALWAYS_NAMED
  const isDense = Math.min(...figure.size) < DENSE
  const hasRoom = (/** @type {Place} */ { part }) => !isDense || (group === 1 && part !== "b")
  for (const { group: box, line, label, place: own, shift } of figure.weights.values()) {
    const value = parameterOf(network, own)
    const wide = thickness(value, largest[own.part]) * (isDense ? 0.6 : 1) // many thick lines would hide each other
    line.classList.toggle("negative", value < 0)
    if (line.classList.contains("bias")) placeSquare(line, shift, own.part === "c" && value === 0 ? 0 : 3 + wide)
    else line.setAttribute("stroke-width", String(wide))
    const on = isLit(own.unit) || own.unit === place?.unit
    box.classList.toggle("lit", on)
    box.classList.toggle("dim", lit >= 0 && !on)
    const chosen = place !== undefined && keyOf(place) === keyOf(own)
    const named = chosen || (on && hasRoom(own)) || (few && (own.part !== "c" || value !== 0))
    label.textContent = named ? `${nameOf(own, network.w.length)} = ${shownNumber(value)}` : ""
    const now = Number(value.toPrecision(4)).toLocaleString("en", PLAIN)
    if (box.getAttribute("aria-valuenow") !== now) {
      box.setAttribute("aria-valuenow", now)
      box.setAttribute("aria-valuetext", shownNumber(value))
    }
  }
  drawCurves(figure, network, x, phi, isLit, lit >= 0)
}

/** @param {SVGElement} square @param {number[]} corner @param {number} side */
function placeSquare(square, [x, y], side) {
  const about = { x: x - side / 2, y: y - side / 2, width: side, height: side }
  for (const [name, value] of Object.entries(about)) square.setAttribute(name, String(value))
}

/**
 * Draw into each box what its unit adds to the output over K, all at one scale.
 * @param {Figure} figure @param {Parameters} network @param {number[]} interval @param {import("./network_geometry.js").Table} phi
 * @param {(unit: number) => boolean} isLit @param {boolean} dims
 */
function drawCurves({ units, size: [wide, high] }, network, [from, to], phi, isLit, dims) {
  const x = Array.from({ length: SAMPLES }, (_, k) => from + ((to - from) * k) / (SAMPLES - 1))
  const terms = new Map([...units.keys()].map((unit) => [unit, termOf(network, unit, x, phi)]))
  const largest = Math.max(...[...terms.values()].flat().map(Math.abs), 1e-300)
  for (const [unit, box] of units) {
    const points = /** @type {number[]} */ (terms.get(unit)).map((y, k) => {
      const [u, v] = [2 + ((wide - 4) * k) / (SAMPLES - 1), high / 2 - (y / largest) * (high / 2 - 3)]
      return `${u.toFixed(1)} ${v.toFixed(1)}`
    })
    box.querySelector(".curve")?.setAttribute("d", `M${points.join("L")}`)
    box.classList.toggle("lit", isLit(unit))
    box.classList.toggle("dim", dims && !isLit(unit))
  }
}

/** The place of the weight that an event happened on. @param {EventTarget | null} target @returns {Place | undefined} */
export function placeUnder(target) {
  const box = target instanceof Element ? target.closest("[data-place]") : null
  const key = box?.getAttribute("data-place")
  return key ? { part: /** @type {Place["part"]} */ (key[0]), unit: Number(key.slice(1)) } : undefined
}

/** The number of the unit that an event happened on, or -1. @param {EventTarget | null} target */
export function unitUnder(target) {
  const box = target instanceof Element ? target.closest("[data-unit]") : null
  return box ? Number(box.getAttribute("data-unit")) : -1
}
