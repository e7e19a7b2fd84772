// Draw the box around a surface: its floor, its back walls, its axes with ticks and names.
import { projector, TALL } from "./projection.js"
import { ticks, tickText } from "./ticks.js"

/** @typedef {ReturnType<typeof projector>} Project */
/** @typedef {{grid: string, text: string, font: string}} Look */
/** @typedef {[number[], string]} Mark where a tick is, and its text */

const STEEP = 1.35 // an elevation from which on the heights can no longer be read off

/**
 * The corner signs of the edges that carry the axes: those in front, and for z the one at the left.
 * @param {Project} project
 */
function edgesOf(project) {
  /** @param {number[][]} candidates @param {(candidate: number[]) => number} score */
  const best = (candidates, score) => candidates.reduce((a, b) => (score(b) > score(a) + 1e-6 ? b : a))
  /** @param {number[]} corner */
  const low = ([x, y]) => project(x, y, -TALL)[1] - 0.001 * project(x, y, -TALL)[0]
  const [, front] = best(
    [
      [0, -1],
      [0, 1],
    ],
    low,
  )
  const [side] = best(
    [
      [-1, 0],
      [1, 0],
    ],
    low,
  )
  const left = best(
    [
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ],
    ([x, y]) => -project(x, y, 0)[0],
  )
  return { front, side, left }
}

/**
 * From a value of an axis to the box, -1 ... 1.
 * @param {number} low @param {number} high @returns {(value: number) => number}
 */
const along = (low, high) => (value) => (high > low ? (2 * (value - low)) / (high - low) - 1 : 0)

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{domain: number[][], low: number, high: number, log: boolean, labels: string[]}} axes
 * @param {import("./projection.js").View} view @param {import("./projection.js").Frame} frame @param {Look} look
 */
export function drawBox(pen, { domain: [[x0, x1], [y0, y1]], low, high, log, labels }, view, frame, look) {
  const project = projector(view, frame)
  const { front, side, left } = edgesOf(project)
  const [toX, toY, share] = [along(x0, x1), along(y0, y1), along(low, high)]
  const toZ = (/** @type {number} */ value) => share(value) * TALL
  const [tx, ty, tz] = [ticks(x0, x1, 4), ticks(y0, y1, 4), log ? powers(low, high) : ticks(low, high, 4)]
  const flat = view.elevation > STEEP
  /** @type {number[][][]} */
  const lines = [
    ...tx.map((x) => [
      [toX(x), -front, -TALL],
      [toX(x), front, -TALL],
    ]),
    ...ty.map((y) => [
      [-side, toY(y), -TALL],
      [side, toY(y), -TALL],
    ]),
    [
      [-1, -1, -TALL],
      [1, -1, -TALL],
      [1, 1, -TALL],
      [-1, 1, -TALL],
      [-1, -1, -TALL],
    ],
    ...(flat
      ? []
      : tz.map((z) => [
          [-side, front, toZ(z)],
          [-side, -front, toZ(z)],
          [side, -front, toZ(z)],
        ])),
    ...(flat
      ? []
      : [
          [
            [-side, front, -TALL],
            [-side, front, TALL],
            [-side, -front, TALL],
            [side, -front, TALL],
          ],
        ]),
    ...(flat
      ? []
      : [
          [
            [-side, -front, -TALL],
            [-side, -front, TALL],
          ],
        ]),
  ]
  pen.strokeStyle = look.grid
  pen.lineWidth = 1
  pen.beginPath()
  for (const points of lines) {
    points.forEach(([x, y, z], k) => {
      const [u, v] = project(x, y, z)
      pen[k ? "lineTo" : "moveTo"](u, v)
    })
  }
  pen.stroke()
  const say = (/** @type {number} */ z) => (log ? tickText(Number((10 ** z).toPrecision(3))) : tickText(z))
  /** @param {number[]} middle @param {number[]} at @param {string} name @param {Mark[]} marks */
  const axis = ([x, y, z], at, name, marks) => label(pen, look, project, project(x, y, z), at, name, marks)
  axis(
    [0, 0, -TALL],
    [0, front, -TALL],
    labels[0],
    tx.map((x) => [[toX(x), front, -TALL], tickText(x)]),
  )
  axis(
    [0, 0, -TALL],
    [side, 0, -TALL],
    labels[1],
    ty.map((y) => [[side, toY(y), -TALL], tickText(y)]),
  )
  if (!flat)
    axis(
      [0, 0, 0],
      [...left, 0],
      labels[2],
      // The ticks of the ground stand beside the lowest corner.
      tz.filter((z) => toZ(z) > -0.95 * TALL).map((z) => [[...left, toZ(z)], say(z)]),
    )
}

/**
 * Whole powers of ten in [low, high], both exponents; ordinary ticks where there are fewer than two.
 * @param {number} low @param {number} high
 */
function powers(low, high) {
  const all = ticks(low, high, 5).filter(Number.isInteger)
  return all.length > 1 ? all : ticks(low, high, 4)
}

/**
 * Ticks and the name of an axis, outwards from `middle`.
 * @param {CanvasRenderingContext2D} pen @param {Look} look @param {Project} project @param {number[]} middle @param {number[]} at @param {string} name @param {Mark[]} marks
 */
function label(pen, look, project, middle, at, name, marks) {
  const [mx, my] = project(at[0], at[1], at[2])
  const [dx, dy] = [mx - middle[0], my - middle[1]]
  const [ox, oy] = [dx / (Math.hypot(dx, dy) || 1), dy / (Math.hypot(dx, dy) || 1)]
  pen.fillStyle = look.text
  pen.textAlign = Math.abs(ox) < 0.4 ? "center" : ox < 0 ? "right" : "left"
  pen.textBaseline = "middle"
  pen.font = `12px ${look.font}`
  let wide = 0
  for (const [point, text] of marks) {
    const [x, y] = project(point[0], point[1], point[2])
    pen.fillText(text, x + 8 * ox, y + 12 * oy)
    wide = Math.max(wide, pen.measureText(text).width)
  }
  pen.font = `600 13px ${look.font}`
  pen.fillText(name, mx + (14 + wide) * ox, my + 30 * oy)
}
