// A page on paper: white, without controls, with its settings as text. The rules are in page.css and in the components.
import { chartsShown, contentOfPage, lighten, pictureRows, resizeChart, settingsShown } from "./dom.js"
import { ownPictures } from "./shown.js"

const PAPER = 688 // pixels of a line of A4, as page.css has the margins
const HALF = 332 // of two pictures beside each other

/** @type {(() => unknown)[]} what gives the page its look back, the last one first */
let undo = []

/** @param {string} tag @param {string} name @param {(Node | string)[]} parts */
function element(tag, name, parts) {
  const made = document.createElement(tag)
  made.className = name
  made.append(...parts)
  return made
}

/** @param {Element} node @param {string} name */
function mark(node, name) {
  node.classList.add(name)
  undo.push(() => node.classList.remove(name))
}

function begin() {
  end()
  for (const { row, columns } of pictureRows()) {
    mark(row, "nnviz-pictures")
    for (const column of columns) mark(column, "nnviz-half")
  }
  const settings = settingsShown().map(({ label, value }) => element("span", "", [label, `: ${value}`]))
  undo.push(...ownPictures.shown().map(({ whiten }) => whiten()))
  const parts = [element("div", "nnviz-settings", settings), element("div", "nnviz-address", [location.href])]
  contentOfPage()?.append(...parts)
  for (const part of parts) undo.push(() => part.remove())
  for (const { svg } of chartsShown()) {
    undo.push(lighten(svg))
    fit(svg)
  }
}

/** Draw a chart anew for the paper, in the tasks that the browser does before it prints. @param {SVGSVGElement} svg */
async function fit(svg) {
  const width = svg.closest(".nnviz-half") ? HALF : PAPER
  if (svg.clientWidth <= width) return
  const printed = undo
  printed.push(await resizeChart(svg, width), lighten(svg))
  if (printed !== undo) giveBack(printed) // the printing is over already
}

/** @param {(() => unknown)[]} changes */
function giveBack(changes) {
  for (const back of changes.splice(0).reverse()) back()
}

function end() {
  const printed = undo
  undo = []
  giveBack(printed)
}

let isReady = false

/** Let the page be ready for paper whenever it is printed. */
export function preparePrint() {
  if (isReady) return
  isReady = true
  window.addEventListener("beforeprint", begin)
  window.addEventListener("afterprint", end)
}
