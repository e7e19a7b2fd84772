// On a narrow screen the menu lies over the page: it closes after a choice. Back and Forward find what was left. Every page
// is ready to be printed. A page that was connected again and heard of no run asks for one.
import { closeMenuAfter, watchConnection } from "./dom.js"
import { keepHistory } from "./history.js"
import { preparePrint } from "./print.js"
import { stateFor } from "./state.js"

const PATIENCE = 6000 // milliseconds; as many again are random, so that a class does not ask at once

const stateOf = stateFor(() => ({ leave: () => {} }))

/**
 * Ask for a run if none was heard of after the page was connected again: Streamlit 1.67 can send the first messages of
 * that run to the connection that was lost (docs/HOSTING.md). @param {() => void} ask @returns {() => void} what ends it
 */
function askAfterSilence(ask) {
  let waiting = 0
  const stop = () => clearTimeout(waiting)
  const begin = () => {
    stop()
    waiting = window.setTimeout(ask, PATIENCE * (1 + Math.random()))
  }
  const end = watchConnection(begin, stop)
  return () => {
    stop()
    end()
  }
}

/** @param {import("./state.js").Component<object>} component */
export default function ({ parentElement, setTriggerValue }) {
  const state = stateOf(parentElement)
  state.leave()
  keepHistory()
  preparePrint()
  const close = (/** @type {Event} */ { target }) => void setTimeout(() => closeMenuAfter(target))
  window.addEventListener("click", close)
  const endWatch = askAfterSilence(() => setTriggerValue("silence", true))
  state.leave = () => {
    window.removeEventListener("click", close)
    endWatch()
  }
  return () => state.leave()
}
