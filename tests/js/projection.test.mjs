import assert from "node:assert/strict"
import test from "node:test"
import {
  corners,
  draped,
  frameOf,
  heightAt,
  paletteOf,
  place,
  projector,
  rasterise,
  rgb,
  SHADES,
  TALL,
  turned,
} from "../../nnviz/web/static/projection.js"

const FRAME = { width: 200, height: 200, scale: 50 }
const ABOVE = { azimuth: 0, elevation: Math.PI / 2 }
const near = (a, b, by = 1e-9) => {
  for (const [k, value] of a.entries()) assert.ok(Math.abs(value - b[k]) < by, `${a} against ${b}`)
}

test("from above, the box is the map: x right, y up, depth is height", () => {
  const project = projector(ABOVE, FRAME)
  near(project(0, 0, 0), [100, 100, 0])
  near(project(1, 0, 0.3), [150, 100, 0.3])
  near(project(0, 1, -0.3), [100, 50, -0.3])
})

test("a projection keeps lengths: screen and depth are a rotation of the box", () => {
  const project = projector({ azimuth: 0.7, elevation: 0.4 }, { width: 0, height: 0, scale: 1 })
  const images = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ].map((axis) => project(...axis))
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  for (const [i, a] of images.entries()) {
    for (const [j, b] of images.entries()) assert.ok(Math.abs(dot(a, b) - (i === j ? 1 : 0)) < 1e-12)
  }
})

test("the box stays inside the picture for every view", () => {
  for (let azimuth = 0; azimuth < 7; azimuth += 0.37) {
    for (let elevation = 0.08; elevation <= Math.PI / 2; elevation += 0.1) {
      const view = { azimuth, elevation }
      const project = projector(view, frameOf(300, 420, 44, view))
      for (const x of [-1, 1])
        for (const y of [-1, 1])
          for (const z of [-TALL, TALL]) {
            const [u, v] = project(x, y, z)
            assert.ok(u >= 0 && u <= 300 && v >= 0 && v <= 420)
          }
    }
  }
})

test("a drag turns, and the eye stays above the ground", () => {
  assert.equal(turned(ABOVE, 0, 1000).elevation, Math.PI / 2)
  assert.equal(turned(ABOVE, 0, -1000).elevation, 0.08)
  assert.ok(turned(ABOVE, 10, 0).azimuth < 0)
})

test("a place among edges, also among equal ones", () => {
  assert.equal(place([0, 1, 3], 2), 1.5)
  assert.equal(place([0, 1, 3], -5), 0)
  assert.equal(place([0, 1, 3], 9), 2)
  assert.equal(place([0, 0, 0, 1], 0.5), 2.5)
  assert.equal(place([0, 1], NaN), 0)
})

const field = (heights, n, view = ABOVE) =>
  corners(
    Float32Array.from(heights),
    Float32Array.from(heights, (z) => z * 10),
    n,
    n,
    view,
    FRAME,
  )
const paint = (one) => {
  const [pixels, depths] = [new Uint32Array(200 * 200), new Float32Array(200 * 200)]
  rasterise(one, paletteOf(Array(3).fill([0, 0, 255]), [255, 255, 255], [0.1, 0.5, 0.9]), 200, 200, pixels, depths)
  return { pixels, depths }
}

test("a flat field from above fills its square, without a gap and without an overlap", () => {
  const { pixels, depths } = paint(field([0, 0, 0, 0, 0, 0, 0, 0, 0], 3))
  for (let v = 0; v < 200; v++)
    for (let u = 0; u < 200; u++) {
      const inside = u >= 50 && u < 150 && v >= 50 && v < 150
      assert.equal(pixels[v * 200 + u] !== 0, inside, `${u}, ${v}`)
      assert.ok(inside ? Math.abs(depths[v * 200 + u]) < 1e-6 : depths[v * 200 + u] === -Infinity)
    }
})

test("depth between the corners is linear: a plane's depth is the plane's", () => {
  const heights = Array.from({ length: 9 }, (_, k) => 0.2 * ((k % 3) - 1))
  const { depths } = paint(field(heights, 3))
  assert.ok(Math.abs(depths[100 * 200 + 125] - (0.2 * (125.5 - 100)) / 50) < 1e-5)
})

test("the nearer part hides the farther one", () => {
  // a wall in front (low y) as high as the box hides the floor behind it when seen from the side
  const heights = Array.from({ length: 25 }, (_, k) => (k < 5 ? TALL : -TALL))
  const { depths } = paint(field(heights, 5, { azimuth: 0, elevation: 0.2 }))
  const project = projector({ azimuth: 0, elevation: 0.2 }, FRAME)
  const [u, v, behind] = project(0, 0, -TALL)
  assert.ok(depths[Math.round(v) * 200 + Math.round(u)] > behind + 0.3)
})

test("a corner without a value is a hole", () => {
  const { pixels } = paint(field([0, 0, 0, 0, NaN, 0, 0, 0, 0], 3))
  assert.equal(pixels[100 * 200 + 100], 0)
  assert.ok(pixels.some((pixel) => pixel !== 0))
})

test("light and ground", () => {
  assert.deepEqual(rgb("#6b7686"), [107, 118, 134])
  assert.deepEqual(rgb("rgb(1, 2, 3)"), [1, 2, 3])
  const palette = paletteOf(Array(2).fill([107, 118, 134]), [255, 255, 255], [0, 1])
  const red = (pixel) => pixel & 255
  for (let shade = 1; shade < SHADES; shade++) assert.ok(red(palette[shade]) >= red(palette[shade - 1]))
  assert.ok(red(palette[SHADES - 1]) > red(palette[2 * SHADES - 1])) // the stronger band is darker on white
})

test("between corners a height is bilinear; outside there is none", () => {
  const plane = Float64Array.from({ length: 6 }, (_, k) => (2 * (k % 3)) / 2 + 5 * Math.floor(k / 3)) // 2x + 5y
  for (const [x, y] of [
    [0, 0],
    [1, 1],
    [0.3, 0.7],
    [0.5, 0],
  ]) {
    assert.ok(Math.abs(heightAt(plane, 2, 3, x, y) - (2 * x + 5 * y)) < 1e-12)
  }
  assert.ok(Number.isNaN(heightAt(plane, 2, 3, 1.01, 0)))
})

test("a path goes over the hill between its points, and keeps the points", () => {
  const hill = (x) => 1 - (2 * x - 1) ** 2
  const path = draped(
    [
      [0, 0, 0],
      [1, 0, 0],
    ],
    hill,
    10,
  )
  assert.equal(path.length, 11)
  for (const [x, , z] of path) assert.ok(Math.abs(z - hill(x)) < 1e-12)
  assert.deepEqual(
    path.map((point) => point[3]),
    [0, ...Array(10).fill(1)],
  )
  const above = draped(
    [
      [0, 0, 0.5],
      [1, 0, 0.1],
    ],
    hill,
    10,
  )
  assert.deepEqual([above[0][2], above[10][2]], [0.5, 0.1])
})

test("a path breaks where it is outside, and is straight over a hole", () => {
  assert.deepEqual(
    draped([[0, 0, 0], null, [1, 1, 1]], () => 0),
    [[0, 0, 0, 0], null, [1, 1, 1, 2]],
  )
  assert.ok(
    draped(
      [
        [0, 0, 0],
        [1, 0, 1],
      ],
      () => NaN,
      4,
    ).every(([x, , z]) => Math.abs(z - x) < 1e-12),
  )
})
