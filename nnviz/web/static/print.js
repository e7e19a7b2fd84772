// A page on paper: white, without controls, with its settings as text. The rules are in page.css and in the components.
import { chartsShown, contentOfPage, lighten, settingsShown } from "./dom.js"
import { ownPictures } from "./shown.js"

/** @type {(() => void)[]} what gives the page its look back */
let undo = []

/** @param {string} tag @param {string} name @param {(Node | string)[]} parts */
function element(tag, name, parts) {
  const made = document.createElement(tag)
  made.className = name
  made.append(...parts)
  return made
}

function begin() {
  end()
  const settings = settingsShown().map(({ label, value }) => element("span", "", [label, `: ${value}`]))
  undo = [...chartsShown().map(({ svg }) => lighten(svg)), ...ownPictures.shown().map(({ whiten }) => whiten())]
  const parts = [element("div", "nnviz-settings", settings), element("div", "nnviz-address", [location.href])]
  contentOfPage()?.append(...parts)
  for (const part of parts) undo.push(() => part.remove())
}

function end() {
  for (const back of undo) back()
  undo = []
}

let isReady = false

/** Let the page be ready for paper whenever it is printed. */
export function preparePrint() {
  if (isReady) return
  isReady = true
  window.addEventListener("beforeprint", begin)
  window.addEventListener("afterprint", end)
}
