import assert from "node:assert/strict"
import test from "node:test"
import {
  nearest,
  nudge,
  outside,
  snapped,
  toPlace,
  toValues,
  withEqualScales,
} from "../../nnviz/web/static/drag_geometry.js"

const RECT = { left: 100, top: 50, width: 200, height: 100 }
const DOMAIN = [
  [-1, 1],
  [0, 10],
]

test("the corners of the plot are the ends of the axes, y upwards", () => {
  assert.deepEqual(toValues(RECT, DOMAIN, 100, 50), [-1, 10])
  assert.deepEqual(toValues(RECT, DOMAIN, 300, 150), [1, 0])
  assert.deepEqual(toPlace(RECT, DOMAIN, [0, 5]), [200, 100])
})

test("with equal scales a unit is as long across as up, and the domain is in the middle", () => {
  for (const [width, height] of [
    [200, 100],
    [100, 400],
    [300, 300],
  ]) {
    const [[x0, x1], [y0, y1]] = withEqualScales({ width, height }, DOMAIN)
    assert.ok(Math.abs(width / (x1 - x0) - height / (y1 - y0)) < 1e-9)
    assert.ok(Math.abs(x0 + x1) < 1e-9 && Math.abs(y0 + y1 - 10) < 1e-9)
    assert.ok(x0 <= -1 && x1 >= 1 && y0 <= 0 && y1 >= 10)
    assert.ok(Math.abs(x1 - 1) < 1e-9 || Math.abs(y1 - 10) < 1e-9)
  }
})

test("places and values are each other's inverse", () => {
  for (const [x, y] of [
    [123, 77],
    [100, 150],
    [299, 51],
  ]) {
    const [u, v] = toPlace(RECT, DOMAIN, toValues(RECT, DOMAIN, x, y))
    assert.ok(Math.abs(u - x) < 1e-9 && Math.abs(v - y) < 1e-9)
  }
})

test("a snapped value is a multiple of the step, inside, and short", () => {
  assert.equal(snapped(0.30000000000000004, 0.1, [-1, 1]), 0.3)
  assert.equal(snapped(7, 0.1, [-1, 1]), 1)
  assert.equal(snapped(-7, 0.02, [-1.01, 1]), -1)
  assert.equal(snapped(0.014, 0.005, [0, 1]), 0.015)
})

test("the nearest place within reach", () => {
  const places = [
    [0, 0],
    [10, 0],
    [10, 10],
  ]
  assert.equal(nearest(places, 9, 1, 5), 1)
  assert.equal(nearest(places, 30, 30, 5), -1)
  assert.equal(nearest([], 0, 0, 5), -1)
})

test("outside of the plot, in pixels", () => {
  assert.equal(outside(RECT, 150, 100), 0)
  assert.equal(outside(RECT, 97, 46), 5)
})

test("arrow keys go a hundredth of the axis, one step with Shift, never less than a step", () => {
  assert.deepEqual(nudge("ArrowRight", false, [0.01, 0.1], DOMAIN), [0.02, 0])
  assert.deepEqual(nudge("ArrowUp", true, [0.01, 0.1], DOMAIN), [0, 0.1])
  assert.deepEqual(nudge("ArrowLeft", false, [0.5, 1], DOMAIN), [-0.5, 0])
  assert.equal(nudge("a", false, [1, 1], DOMAIN), undefined)
})
