import assert from "node:assert/strict"
import test from "node:test"
import { drawnOn, raised, smoothed, stroke, TOP } from "../../nnviz/web/static/stroke.js"

const FLAT = [0, 0, 0, 0, 0]

test("a stroke draws the straight line between its ends, in both directions", () => {
  const line = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * TOP))
  assert.deepEqual(stroke(FLAT, [0, 0], [1, 1]), line)
  assert.deepEqual(stroke(FLAT, [1, 1], [0, 0]), line)
})

test("a stroke changes no knot that it does not pass", () => {
  assert.deepEqual(stroke(FLAT, [0.2, 1], [0.55, 1]), [0, TOP, TOP, 0, 0])
})

test("a press moves the nearest knot, a short stroke the one at its end", () => {
  assert.deepEqual(stroke(FLAT, [0.3, 1], [0.3, 1]), [0, TOP, 0, 0, 0])
  assert.deepEqual(stroke(FLAT, [0.26, 0.5], [0.3, 1]), [0, TOP, 0, 0, 0])
})

test("a stroke stays on the pad, also where the hand leaves it", () => {
  assert.deepEqual(stroke(FLAT, [-0.5, 2], [1.5, 2]), [TOP, TOP, TOP, TOP, TOP])
  assert.deepEqual(stroke([9, 9, 9], [0, -1], [1, -1]), [0, 0, 0])
  assert.deepEqual(stroke(FLAT, [1.2, 0.5], [1.9, 0.5]), FLAT)
})

test("what was there is left alone", () => {
  const before = [1, 2, 3]
  stroke(before, [0, 1], [1, 1])
  smoothed(before)
  raised(before, 1, 0.5)
  assert.deepEqual(before, [1, 2, 3])
})

test("smoothing keeps lines and the ends, and lowers a peak by half", () => {
  assert.deepEqual(smoothed([0, 10, 20, 30]), [0, 10, 20, 30])
  assert.deepEqual(smoothed([0, 0, 100, 0, 0]), [0, 25, 50, 25, 0])
})

test("a knot is raised with its neighbors, and not beyond the pad", () => {
  assert.deepEqual(raised([0, 0, 0, 0, 0, 0, 0], 3, 300 / TOP), [0, 100, 200, 300, 200, 100, 0])
  assert.deepEqual(raised([TOP, TOP, TOP], 1, 0.5), [TOP, TOP, TOP])
})

test("a drawing is told by its heights, and by a stamp that another has not", () => {
  const told = drawnOn([0, TOP, 0], [-1, 1], [-2, 2])
  assert.deepEqual(told.heights, [-2, 2, -2])
  assert.deepEqual([told.a, told.b], [-1, 1])
  assert.ok(Math.abs(told.stamp - (-2 + 2 * Math.SQRT2 - 2 * Math.sqrt(3))) < 1e-12)
  assert.ok(Math.abs(told.stamp - drawnOn([TOP, 0, 0], [-1, 1], [-2, 2]).stamp) > 0.1)
})
