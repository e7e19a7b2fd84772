// Explain a term of the glossary where it stands: a click or a tap on its link shows the definition, and the page stays.
import { linkOf } from "./dom.js"
import { find, listen } from "./state.js"

const GAP = 8 // pixels between the link and its definition, and to the edges of the window

/** Put the definition below the link, or above it where there is no room. @param {HTMLElement} box @param {Element} link */
function place(box, link) {
  const [{ left, top, bottom }, { offsetWidth, offsetHeight }] = [link.getClientRects()[0], box]
  const below = bottom + GAP + offsetHeight <= innerHeight
  box.style.left = `${Math.max(GAP, Math.min(left, innerWidth - offsetWidth - GAP))}px`
  box.style.top = `${Math.max(GAP, below ? bottom + GAP : top - GAP - offsetHeight)}px`
}

/**
 * Show the definition of each term that is clicked in the box of `parent`.
 * @param {string} address how the addresses of terms begin @param {ParentNode} parent @returns {() => void} what ends it
 */
export function explainTerms(address, parent) {
  const box = /** @type {HTMLElement} */ (find(parent, ".definition"))
  const entry = /** @type {HTMLAnchorElement} */ (find(box, "a"))
  const hide = () => box.hidePopover()
  const stopListening = listen({
    click: (event) => {
      const link = linkOf(event.target, address)
      if (!link?.title || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      const [term, ...definition] = link.title.split(": ")
      find(box, "strong").textContent = term
      find(box, "span").textContent = definition.join(": ")
      entry.href = link.href
      box.showPopover()
      place(box, link)
    },
    scroll: hide,
    resize: hide,
  })
  return () => {
    stopListening()
    hide()
  }
}
