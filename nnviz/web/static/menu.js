// On a narrow screen the menu lies over the page: it closes after a choice. Back and Forward find what was left. Every page
// is ready to be printed, explains the terms of the glossary, and writes its numbers as its sentences do. A page that was
// connected again and heard of no run asks for one.
import { closeMenuAfter } from "./dom.js"
import { explainTerms } from "./glossary_terms.js"
import { keepHistory } from "./history.js"
import { preparePrint } from "./print.js"
import { watchNumbers } from "./shown_numbers.js"
import { askAfterSilence } from "./silence.js"
import { stateFor } from "./state.js"

const stateOf = stateFor(() => ({ leave: () => {} }))

/** @param {import("./state.js").Component<{address: string}>} component */
export default function ({ data: [{ address }], parentElement, setTriggerValue }) {
  const state = stateOf(parentElement)
  state.leave()
  keepHistory()
  preparePrint()
  watchNumbers()
  const close = (/** @type {Event} */ { target }) => void setTimeout(() => closeMenuAfter(target))
  window.addEventListener("click", close)
  const endTerms = explainTerms(address, parentElement)
  const endWatch = askAfterSilence(() => setTriggerValue("silence", true))
  state.leave = () => {
    window.removeEventListener("click", close)
    endTerms()
    endWatch()
  }
  return () => state.leave()
}
