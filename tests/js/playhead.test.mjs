import assert from "node:assert/strict"
import test from "node:test"
import { advanced, byKey, frameOnArrival, haltedAt, nextStop } from "../../nnviz/web/static/playhead.js"

test("playing goes on by time and rate, and stops at the end", () => {
  assert.equal(advanced(3, 500, 30, 100), 18)
  assert.equal(advanced(99, 500, 30, 100), 100)
  assert.equal(advanced(0, 16, 30 * 0.25, 100), 0.12)
  assert.equal(advanced(0, -3, 30, 100), 0)
})

test("playing halts at a mark that it would pass, and goes on from there", () => {
  assert.equal(haltedAt(3.5, 8, 5), 5)
  assert.equal(haltedAt(3.5, 5, 5), 5)
  assert.equal(haltedAt(5, 8, 5), 8)
  assert.equal(haltedAt(3, 4.9, 5), 4.9)
  assert.equal(haltedAt(3, 8, null), 8)
})

test("with less motion there are about ten stops, and at least one frame between", () => {
  let [at, stops] = [0, 0]
  while (at < 97) {
    at = nextStop(at, 97)
    stops += 1
  }
  assert.equal(stops, 10)
  assert.equal(nextStop(0, 3), 1)
  assert.equal(nextStop(3, 3), 3)
})

test("keys step, jump, and stay inside", () => {
  assert.equal(byKey("ArrowRight", false, 4.7, 9), 5)
  assert.equal(byKey("ArrowLeft", false, 0, 9), 0)
  assert.equal(byKey("ArrowUp", true, 4, 9), 9)
  assert.equal(byKey("Home", false, 4, 9), 0)
  assert.equal(byKey("End", false, 4, 9), 9)
  assert.equal(byKey("a", false, 4, 9), undefined)
})

const now = { run: "b", last: 20, begin: 20, loaded: true }

test("the same run keeps its place", () => {
  assert.deepEqual(frameOnArrival({ run: "b", at: 7, last: 20 }, now), { at: 7 })
})

test("in the middle of a run, the next one is shown at the same place, or at the same share of a long one", () => {
  assert.deepEqual(frameOnArrival({ run: "a", at: 7, last: 20, begin: 20 }, now), { at: 7 })
  assert.deepEqual(frameOnArrival({ run: "a", at: 24, last: 48 }, { ...now, last: 96, begin: 96 }), { at: 48 })
  assert.deepEqual(frameOnArrival({ run: "a", at: 2, last: 3 }, now), { at: 20 })
})

test("who chooses another place to begin at is there, from the middle too", () => {
  assert.deepEqual(
    frameOnArrival({ run: "Loss", at: 3, last: 8, begin: 3 }, { run: "Back", last: 8, begin: 4, loaded: true }),
    { at: 4 },
  )
})

test("at the end, and at first, a run begins anew", () => {
  assert.deepEqual(frameOnArrival({ run: "a", at: 20, last: 20 }, now), { at: 20 })
  assert.deepEqual(frameOnArrival({ at: 0 }, { ...now, begin: 5 }), { at: 5 })
})

test("a place whose frames are not here yet is for later", () => {
  assert.deepEqual(frameOnArrival({ run: "a", at: 7, last: 20, begin: 20 }, { ...now, loaded: false }), {
    at: 20,
    later: 7,
  })
})

test("a run that begins at its mark is shown there, unless the reader stands elsewhere", () => {
  const now = { run: "b", last: 47, begin: 20, loaded: false, mark: 20 }
  const untouched = { run: "a", at: 16, last: 47, begin: 16, mark: 16 }
  assert.deepEqual(frameOnArrival(untouched, now), { at: 20 })
  assert.deepEqual(frameOnArrival(untouched, { ...now, begin: 47, mark: null }), { at: 47 })
  assert.deepEqual(frameOnArrival({ run: "a", at: 10, last: 47, begin: 16 }, now), { at: 20, later: 10 })
  assert.deepEqual(frameOnArrival({ run: "a", at: 10, last: 47, begin: 16 }, { ...now, mark: null }), { at: 20 })
})
