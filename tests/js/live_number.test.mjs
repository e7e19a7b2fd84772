import assert from "node:assert/strict"
import test from "node:test"
import { resultOf } from "../../nnviz/web/static/live_number.js"
import { rangeOf } from "../../nnviz/web/static/room_scatter.js"

test("a result follows the live values, and is what the page says where there are none", () => {
  // (w − 1)² + w b at w = 3 + 2u, b = 1 + v: 7 + 10 u + 3 v + 4 u² + 2 u v
  const loss = { names: ["w", "b"], at: [3, 1], reach: [2, 1], of: [7, 10, 3, 4, 2, 0] }
  assert.equal(resultOf(loss, {}), 7)
  assert.equal(resultOf(loss, { w: 4, b: 3 }), 21)
  assert.equal(resultOf(0.5, {}), 0.5)
  assert.equal(Number.isFinite(resultOf(null, {})), false)
  assert.equal(Number.isFinite(resultOf(undefined, {})), false)
})

test("a chart of results has a margin, also around one result", () => {
  for (const values of [[3], [0], [-2, 5], [1e-9, 2e-9]]) {
    const [low, high] = rangeOf(values)
    assert.ok(low < Math.min(...values) && high > Math.max(...values))
  }
})
