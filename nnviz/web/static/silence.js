// A page that was connected again, and hears of no run, asks for one.
import { watchConnection } from "./dom.js"

const PATIENCE = 6000 // milliseconds; as many again are random, so that a class does not ask at once

/**
 * Ask for a run if none was heard of after the page was connected again: Streamlit 1.67 can send the first messages of
 * that run to the connection that was lost (docs/HOSTING.md). watch: calls its first argument at a new connection, and
 * its second one at each run. @param {() => void} ask @param {typeof watchConnection} [watch]
 * @returns {() => void} what ends it
 */
export function askAfterSilence(ask, watch = watchConnection) {
  let waiting = setTimeout(() => {}, 0)
  const stop = () => clearTimeout(waiting)
  const begin = () => {
    stop()
    waiting = setTimeout(ask, PATIENCE * (1 + Math.random()))
  }
  const end = watch(begin, stop)
  return () => {
    stop()
    end()
  }
}
