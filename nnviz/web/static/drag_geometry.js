// Convert between pixels of a plot and values of its axes. Pure; tested by Node.

/** @typedef {{left: number, top: number, width: number, height: number}} Rect the plot on the screen */
/** @typedef {number[][]} Domain [[x0, x1], [y0, y1]], linear axes, y upwards */

/** @param {Rect} rect @param {Domain} domain @param {number} x @param {number} y @returns {number[]} the values at a place of the screen */
export function toValues({ left, top, width, height }, [[x0, x1], [y0, y1]], x, y) {
  return [x0 + ((x - left) / width) * (x1 - x0), y1 - ((y - top) / height) * (y1 - y0)]
}

/** @param {Rect} rect @param {Domain} domain @param {number[]} values @returns {number[]} the place on the screen of two values */
export function toPlace({ left, top, width, height }, [[x0, x1], [y0, y1]], [x, y]) {
  return [left + ((x - x0) / (x1 - x0)) * width, top + ((y1 - y) / (y1 - y0)) * height]
}

/**
 * What the axes of a plot span where a unit is as long across as up: the domain, and more beside it or above and below.
 * nnviz/charts/contour_image.py says the same to Vega. @param {{width: number, height: number}} rect @param {Domain} domain @returns {Domain}
 */
export function withEqualScales({ width, height }, [[x0, x1], [y0, y1]]) {
  const wide = (width / height) * ((y1 - y0) / (x1 - x0))
  /** @param {number} low @param {number} high @param {number} share */
  const around = (low, high, share) => [
    (low + high) / 2 - ((high - low) / 2) * Math.max(1, share),
    (low + high) / 2 + ((high - low) / 2) * Math.max(1, share),
  ]
  return [around(x0, x1, wide), around(y0, y1, 1 / wide)]
}

/** The nearest multiple of `step` inside [low, high], without rounding errors in its digits. @param {number} value @param {number} step @param {number[]} ends */
export function snapped(value, step, [low, high]) {
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)]
  return Number((Math.min(Math.max(Math.round(value / step), first), last) * step).toPrecision(12))
}

/** The number of the nearest place, or -1 if none is within `reach` pixels. @param {number[][]} places @param {number} x @param {number} y @param {number} reach */
export function nearest(places, x, y, reach) {
  let [found, least] = [-1, reach]
  places.forEach(([u, v], k) => {
    const distance = Math.hypot(u - x, v - y)
    if (distance <= least) [found, least] = [k, distance]
  })
  return found
}

/** How far a place lies outside of the plot, in pixels. @param {Rect} rect @param {number} x @param {number} y */
export function outside({ left, top, width, height }, x, y) {
  return Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height))
}

/**
 * What an arrow key adds: a hundredth of the axis, at least a step; one step with Shift; undefined for another key.
 * @param {string} key @param {boolean} fine @param {number[]} steps @param {Domain} domain @returns {number[] | undefined}
 */
export function nudge(key, fine, [sx, sy], [[x0, x1], [y0, y1]]) {
  /** @param {number} step @param {number} span */
  const by = (step, span) => (fine ? step : Math.max(step, Math.round(span / 100 / step) * step))
  const [dx, dy] = [by(sx, x1 - x0), by(sy, y1 - y0)]
  /** @type {Record<string, number[]>} */
  const keys = { ArrowLeft: [-dx, 0], ArrowRight: [dx, 0], ArrowDown: [0, -dy], ArrowUp: [0, dy] }
  return keys[key]
}
