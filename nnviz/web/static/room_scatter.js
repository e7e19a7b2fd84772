// Draw the results of a class on the screens of students, once the teacher shows them: one dot each, without names.
import { ticks, tickText } from "./ticks.js"

const SVG = "http://www.w3.org/2000/svg"
const [WIDTH, HEIGHT, LEFT, BOTTOM, EDGE] = [600, 360, 76, 56, 14]

/**
 * The range of values with a margin, so that no dot lies on the edge.
 * @param {number[]} values @returns {[number, number]}
 */
export function rangeOf(values) {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const margin = 0.06 * (high - low) || 0.1 * Math.abs(low) || 1
  return [low - margin, high + margin]
}

/** @param {string} name @param {Record<string, string | number>} values @param {string} [words] */
function make(name, values, words = "") {
  const node = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, String(value))
  node.textContent = words
  return node
}

/**
 * A chart of results (across, up). `mine` is marked by its shape, too.
 * @param {[number, number][]} points @param {{across: string, up: string}} labels @param {unknown} mine @param {string} words
 */
export function drawResults(points, { across, up }, mine, words) {
  const [xs, ys] = [rangeOf(points.map(([x]) => x)), rangeOf(points.map(([, y]) => y))]
  const x = (/** @type {number} */ value) => LEFT + ((WIDTH - EDGE - LEFT) * (value - xs[0])) / (xs[1] - xs[0])
  const y = (/** @type {number} */ value) => EDGE + ((HEIGHT - BOTTOM - EDGE) * (ys[1] - value)) / (ys[1] - ys[0])
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words, class: "results" })
  const base = HEIGHT - BOTTOM
  for (const at of ticks(...xs)) {
    svg.append(make("path", { d: `M${x(at)} ${EDGE}V${base}` }))
    svg.append(make("text", { x: x(at), y: base + 20, "text-anchor": "middle" }, tickText(at)))
  }
  for (const at of ticks(...ys)) {
    svg.append(make("path", { d: `M${LEFT} ${y(at)}H${WIDTH - EDGE}` }))
    svg.append(make("text", { x: LEFT - 8, y: y(at) + 5, "text-anchor": "end" }, tickText(at)))
  }
  svg.append(make("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 10, "text-anchor": "middle" }, across))
  const middle = `translate(16 ${base / 2}) rotate(-90)`
  svg.append(make("text", { transform: middle, "text-anchor": "middle" }, up))
  for (const [a, b] of points) svg.append(make("circle", { cx: x(a), cy: y(b), r: 6 }))
  const [a, b] = Array.isArray(mine) ? mine : []
  if (points.some(([c, d]) => c === a && d === b))
    svg.append(make("rect", { x: x(a) - 9, y: y(b) - 9, width: 18, height: 18 }))
  return svg
}
