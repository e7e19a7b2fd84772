// A drawn function: its heights at evenly spaced knots. Pure; tested by Node.

/** @typedef {number[]} Codes heights of the knots, whole numbers from 0 to TOP */
export const TOP = 4095

/** @param {number} code */
const held = (code) => Math.min(Math.max(Math.round(code), 0), TOP)

/**
 * The heights after a stroke from one place to another; places are shares of the pad, x rightwards, y upwards.
 * Knots between the two lie on the line that joins them; a stroke shorter than a gap moves the nearest knot.
 * @param {Codes} codes @param {number[]} from @param {number[]} to @returns {Codes}
 */
export function stroke(codes, [x0, y0], [x1, y1]) {
  const last = codes.length - 1
  const [from, to] = [Math.min(x0, x1) * last, Math.max(x0, x1) * last]
  const drawn = [...codes]
  for (let k = Math.max(Math.ceil(from), 0); k <= Math.min(Math.floor(to), last); k++) {
    drawn[k] = held((x1 === x0 ? y1 : y0 + ((k / last - x0) / (x1 - x0)) * (y1 - y0)) * TOP)
  }
  const end = Math.round(x1 * last)
  if (end >= 0 && end <= last && Math.abs(x1 * last - end) < 0.5) drawn[end] = held(y1 * TOP)
  return drawn
}

/** Each inner height a quarter of its neighbors and half of its own; the ends stay. @param {Codes} codes */
export function smoothed(codes) {
  /** @param {number} k */
  const inner = (k) => k > 0 && k < codes.length - 1
  return codes.map((code, k) => (inner(k) ? held((codes[k - 1] + 2 * code + codes[k + 1]) / 4) : code))
}

/** The heights with a tent of five knots raised at one of them. @param {Codes} codes @param {number} at @param {number} by a share */
export function raised(codes, at, by) {
  return codes.map((code, k) => held(code + by * TOP * Math.max(1 - Math.abs(k - at) / 3, 0)))
}

/**
 * A drawing as charts follow it: evenly spaced heights on [a, b], and a stamp that tells it from others, the same as in
 * nnviz/web/drawing_pad.py. @param {Codes} codes @param {number[]} domain @param {number[]} limits
 */
export function drawnOn(codes, [a, b], [low, high]) {
  const heights = codes.map((code) => low + (code / TOP) * (high - low))
  return { a, b, heights, stamp: heights.reduce((sum, height, k) => sum + Math.sqrt(k + 1) * height, 0) }
}
