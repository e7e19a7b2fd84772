import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { askAfterSilence } from "../../nnviz/web/static/silence.js"

/** A page: what it was told to do at a connection and at a run, and how often it asked for a run. */
function page() {
  const seen = { asked: 0, ended: false, connect: () => {}, run: () => {}, leave: () => {} }
  const watch = (connect, run) => {
    Object.assign(seen, { connect, run })
    return () => {
      seen.ended = true
    }
  }
  seen.leave = askAfterSilence(() => {
    seen.asked += 1
  }, watch)
  return seen
}

test("a page that is connected again and hears of no run asks for one, once, after 6 to 12 s", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const silent = page()
  mock.timers.tick(60_000)
  assert.equal(silent.asked, 0)
  silent.connect()
  mock.timers.tick(5_999)
  assert.equal(silent.asked, 0)
  mock.timers.tick(6_001)
  assert.equal(silent.asked, 1)
  mock.timers.tick(60_000)
  assert.equal(silent.asked, 1)
  mock.timers.reset()
})

test("a page that hears of a run, loses the connection again or is left does not ask", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const heard = page()
  heard.connect()
  mock.timers.tick(3_000)
  heard.run()
  mock.timers.tick(60_000)
  assert.equal(heard.asked, 0)
  heard.connect()
  mock.timers.tick(5_000)
  heard.connect()
  mock.timers.tick(5_999)
  assert.equal(heard.asked, 0)
  heard.leave()
  mock.timers.tick(60_000)
  assert.deepEqual([heard.asked, heard.ended], [0, true])
  mock.timers.reset()
})
