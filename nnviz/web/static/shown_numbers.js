// Write the numbers of sliders and tooltips as the sentences beside them do: −0.5, 10⁻⁸. Streamlit and Vega write them.
import { shownNumberOf } from "./dom.js"
import { withOurNumbers } from "./ticks.js"

let isWatching = false

/** @param {Node} node a text, or an element whose texts were written again */
function rewrite(node) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
  for (let text = node instanceof Text ? node : texts.nextNode(); text; text = texts.nextNode()) {
    const written = text.nodeValue ?? ""
    const ours = withOurNumbers(written)
    if (ours !== written) text.nodeValue = ours
  }
}

/** From now on, in all of the page. */
export function watchNumbers() {
  if (isWatching) return
  isWatching = true
  const look = (/** @type {Node} */ node) => {
    shownNumberOf(node).forEach(rewrite)
  }
  look(document.body)
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "characterData") look(target)
      else addedNodes.forEach(look)
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
}
