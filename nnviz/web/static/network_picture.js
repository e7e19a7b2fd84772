// A drawn network as a picture of its own.
import { takeStyled } from "./chart_picture.js"
import { ownPictures } from "./shown.js"

/** Draw a network as on a light page. @param {HTMLElement} root @returns {() => void} what gives it its look back */
function whiten(root) {
  root.classList.add("white")
  return () => root.classList.remove("white")
}

/**
 * Let a network be taken from the page.
 * @param {{root: HTMLElement, svg: SVGSVGElement, data: {key: string, words: string, frame: string}}} state
 */
export function offerNetwork({ root, svg, data }) {
  return ownPictures.offer({
    node: root,
    key: data.key,
    words: data.words,
    follows: data.frame ? [data.frame] : [],
    bitmap: false,
    whiten: () => whiten(root),
    take(white) {
      const back = white ? whiten(root) : () => {}
      const taken = takeStyled(svg, getComputedStyle(root).getPropertyValue("--st-background-color"))
      back()
      return taken
    },
  })
}
