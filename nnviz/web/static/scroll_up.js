// Show the top of the page after the reader has gone on to the next chapter (nnviz/web/next_chapter.py).
import { scrollToTop } from "./dom.js"

let seen = 0

/** @param {import("./state.js").Component<{presses: number}>} component */
export default function ({ data: [{ presses }] }) {
  if (presses > seen) scrollToTop()
  seen = presses
}
