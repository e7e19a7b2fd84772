import assert from "node:assert/strict"
import test from "node:test"
import {
  aboutKnots,
  drawnUnits,
  knotOf,
  layout,
  lookUp,
  mostUnits,
  nameOf,
  parameterOf,
  placesOf,
  productOf,
  shownNumber,
  solvedFor,
  termOf,
  thickness,
  unitAt,
  withValue,
} from "../../nnviz/web/static/network_geometry.js"

const NETWORK = { w: [1, -2, 0], b: [0.5, 1, 3], v: [2, -1, 4], c: 0.25 }

test("all units are drawn if they are few, otherwise those about the one that is pointed at, group by group", () => {
  assert.deepEqual(drawnUnits(16, 3, 1, 16), { first: 0, last: 16 })
  assert.deepEqual(drawnUnits(100, -1, 2, 12), { first: 0, last: 12 })
  assert.deepEqual(drawnUnits(100, 99, 2, 12), { first: 88, last: 100 })
  for (let at = 0; at < 100; at += 1) {
    const { first, last } = drawnUnits(100, at, 2, 12)
    assert.ok(first % 2 === 0 && first <= at && at < last && last - first === 12)
  }
  const { first, last } = drawnUnits(17, 16, 2, 12)
  assert.ok(first <= 16 && last === 17)
})

test("layers go from left to right, or from the bottom to the top, and units do not overlap", () => {
  for (const flat of [false, true]) {
    const { input, output, units, size } = layout({ width: 300, height: 200, count: 16, flat })
    const along = flat ? 1 : 0
    assert.ok(flat ? input[1] > output[1] : input[0] < output[0])
    units.forEach((unit, k) => {
      assert.equal(unit[along], flat ? 100 : 150)
      if (k > 0) assert.ok(unit[1 - along] - units[k - 1][1 - along] > size[1 - along])
    })
  }
})

test("so many units are drawn that each has room for its box and a gap", () => {
  for (const across of [150, 230, 300, 900]) {
    const count = mostUnits(across)
    const { units, size } = layout({ width: 300, height: across, count, flat: false })
    assert.ok(units[1][1] - units[0][1] >= 26 && size[1] >= 18 && units[1][1] - units[0][1] - size[1] > 7.9)
  }
})

test("a line is as thick as its weight is large", () => {
  assert.equal(thickness(0, 2), 1)
  assert.equal(thickness(-2, 2), 5)
  assert.equal(thickness(1, 0), 5)
})

test("parameters have names and values", () => {
  assert.equal(nameOf({ unit: 11, part: "w" }), "w₁₂")
  assert.equal(nameOf({ unit: -1, part: "c" }), "c")
  assert.equal(placesOf(3).length, 10)
  for (const place of placesOf(3)) assert.equal(parameterOf(withValue(NETWORK, place, 7), place), 7)
  assert.equal(parameterOf(NETWORK, { unit: 1, part: "b" }), 1)
  assert.equal(shownNumber(-0.12345), "−0.123")
  assert.equal(shownNumber(1.5e-7), "1.5 × 10⁻⁷")
})

test("a term is v φ(w x + b), also beyond the table", () => {
  const relu = { from: 4, values: Array.from({ length: 81 }, (_, k) => Math.max(0, -4 + k / 10)) }
  assert.ok(Math.abs(lookUp(relu, 100) - 100) < 1e-9)
  assert.equal(lookUp(relu, -100), 0)
  const [left, right] = termOf(NETWORK, 1, [-1, 0.25], relu)
  assert.ok(Math.abs(left + 3) < 1e-9 && Math.abs(right + 0.5) < 1e-9)
})

test("the unit at a place is the one with the nearest knot", () => {
  assert.equal(knotOf(NETWORK, 0), -0.5)
  assert.ok(Number.isNaN(knotOf(NETWORK, 2)))
  assert.equal(unitAt(NETWORK, 0.4, 0.3), 1)
  assert.equal(unitAt(NETWORK, 3, 0.3), -1)
})

test("a part of a network is drawn about its knots, and a unit without a knot on all of K", () => {
  assert.deepEqual(aboutKnots(NETWORK, { first: 0, last: 2 }, [-1, 1]), [-1.5, 1.5]) // knots at -0.5 and 0.5
  assert.deepEqual(aboutKnots(NETWORK, { first: 2, last: 3 }, [-1, 1]), [-1, 1])
})

test("a product of live values is solved for its last name", () => {
  const live = { k: 40, s: 0.2 }
  assert.equal(productOf([-1, "k", "s"], live), -8)
  assert.equal(productOf([1, "missing"], live), undefined)
  assert.equal(solvedFor([-1, "k", "s"], live, -4), 0.1)
  assert.equal(solvedFor([1, "s"], { s: 3 }, -4), -4)
  assert.equal(solvedFor([1, "k", "s"], { k: 0, s: 1 }, 2), undefined)
})
