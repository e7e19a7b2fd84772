import assert from "node:assert/strict"
import test from "node:test"
import { significant, ticks, tickText, withOurNumbers } from "../../nnviz/web/static/ticks.js"

test("ticks are round, few, and inside", () => {
  assert.deepEqual(ticks(-1, 1, 4), [-1, -0.5, 0, 0.5, 1])
  assert.deepEqual(ticks(0, 8.3, 4), [0, 2, 4, 6, 8])
  assert.deepEqual(ticks(3, 3), [3])
  assert.deepEqual(ticks(0.1, 0.3, 2), [0.1, 0.2, 0.3])
  for (const [low, high] of [
    [-3.7, 91.2],
    [1e-7, 2e-7],
    [-1e6, 1e6],
  ]) {
    const all = ticks(low, high, 4)
    assert.ok(all.length >= 2 && all.length <= 8 && all.every((one) => one >= low - 1e-9 && one <= high + 1e-9))
  }
})

test("tick texts are short", () => {
  assert.equal(tickText(-0.5), "−0.5")
  assert.equal(tickText(1e6), "10⁶")
  assert.equal(tickText(2e-5), "2 × 10⁻⁵")
  assert.equal(tickText(-66000 * 10), "−6.6 × 10⁵")
  assert.equal(tickText(0), "0")
})

test("significant digits are those of printf's %g", () => {
  const printed = { 0.12345: "0.123", "-1.5": "−1.5", 0: "0", "-0": "0", 999.4: "999", 0.0001: "0.0001", 3: "3" }
  for (const [value, text] of Object.entries(printed)) assert.deepEqual(significant(Number(value), 3).join(""), text)
  assert.deepEqual(significant(-1234.5, 3), ["−", "1.23", "3"])
  assert.deepEqual(significant(999.6, 3), ["", "1", "3"])
  assert.deepEqual(significant(0.00001234, 3), ["", "1.23", "−5"])
  assert.deepEqual(significant(123456, 6), ["", "123456", ""])
  assert.deepEqual(significant(-Infinity, 3), ["", "−∞", ""])
})

test("numbers of other programs get our signs and powers", () => {
  const written = {
    "1e-08": "10⁻⁸",
    "-2.5e+6": "−2.5 × 10⁶",
    "-0.185": "−0.185",
    "2.99e-06": "2.99 × 10⁻⁶",
    "10⁻⁸": "10⁻⁸",
    0.5: "0.5",
    "−3": "−3",
    "x1e-3": "x1e-3",
    "(−2, 1e−5)": "(−2, 10⁻⁵)",
    "7 / 7": "7 / 7",
    "Student-3": "Student-3",
  }
  for (const [theirs, ours] of Object.entries(written)) assert.equal(withOurNumbers(theirs), ours)
})
