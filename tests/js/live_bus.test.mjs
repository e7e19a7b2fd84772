import assert from "node:assert/strict"
import test from "node:test"
import { liveValues, publish, replayToNewCharts, subscribe } from "../../nnviz/web/static/live_bus.js"

globalThis.window = new EventTarget()
globalThis.document = { body: {}, getElementById: () => null }
globalThis.MutationObserver = class {
  observe() {}
  disconnect() {}
}
globalThis.requestAnimationFrame = (then) => then()

test("a value is sent once, and again when somebody begins to observe the page for new charts", () => {
  const heard = []
  const leave = subscribe((values) => heard.push(values), {})
  publish({ rate: 2 })
  publish({ rate: 2 })
  assert.deepEqual(heard, [{ rate: 2 }])
  const ends = [replayToNewCharts(), replayToNewCharts()]
  assert.deepEqual(heard, [{ rate: 2 }, { rate: 2 }], "a chart may have been drawn before")
  for (const end of ends) end()
  replayToNewCharts()()
  assert.equal(heard.length, 3)
  leave()
  publish({ rate: 3 })
  assert.equal(heard.length, 3)
  assert.deepEqual(liveValues(), { rate: 3 })
})
