import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
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

test("gifenc is the file of the package, unchanged", async () => {
  const file = await readFile(new URL("../../nnviz/web/static/vendor/gifenc.js", import.meta.url), "utf8")
  const [head, code] = file.split("// @ts-nocheck\n")
  assert.match(head, /gifenc 1\.0\.3[\s\S]*The MIT License/)
  const digest = createHash("sha256").update(code).digest("hex")
  assert.equal(digest, "cec614f6b77348eb6ea6a64921bab65e72d5e7f839a097c8fda8fc883c3146f7") // of npm pack gifenc@1.0.3
})
