import assert from "node:assert/strict"
import test from "node:test"
import { durationOf, framesOf } from "../../nnviz/web/static/film.js"
import { frequentColors, writeGif } from "../../nnviz/web/static/gif.js"

test("a film has the first and the last frame of a run, and at most sixty", () => {
  assert.deepEqual(framesOf(1), [0])
  assert.deepEqual(framesOf(4), [0, 1, 2, 3])
  const long = framesOf(1000)
  assert.equal(long.length, 60)
  assert.equal(long[0], 0)
  assert.equal(long.at(-1), 999)
  assert.equal(new Set(long).size, 60)
})

test("a film takes as long as the run, and no frame is too short for a program", () => {
  assert.equal(durationOf(60, 60, 10), 10)
  assert.equal(durationOf(600, 60, 30), 33)
  assert.equal(durationOf(60, 60, 30), 4)
})

test("the colors are the most frequent ones, and of those that look alike the most frequent one", () => {
  const pixels = Uint8ClampedArray.from([255, 255, 255, 255, 255, 255, 255, 255, 254, 255, 255, 255, 1, 2, 3, 255])
  assert.deepEqual(frequentColors([pixels]), [
    [255, 255, 255],
    [1, 2, 3],
  ])
})

test("a frame that changes nothing only makes the one before longer", () => {
  const file = writeGif(1, 1, [[0, 0, 0]])
  file.add(Uint8ClampedArray.of(0, 0, 0, 255), 4)
  const one = writeGif(1, 1, [[0, 0, 0]])
  one.add(Uint8ClampedArray.of(0, 0, 0, 255), 9)
  file.add(Uint8ClampedArray.of(0, 0, 0, 255), 5)
  assert.deepEqual(file.end(), one.end())
})
