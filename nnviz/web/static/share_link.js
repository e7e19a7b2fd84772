// Show the links of this page, copy them, and draw a QR code. The page may stand in a frame of a course: the address bar
// then shows the course, and only this window knows its own address.
import { find, stateFor } from "./state.js"

/**
 * What nnviz/web/sharing.py sends: the short link of `link`, if there is one, and the rows of the QR code of the short
 * link, or else of `link`, "1" for a dark square.
 * @typedef {{link: string, short: string, rows: string[], texts: {copied: string, selected: string}}} Data
 */

const QUIET = 4 // squares of white around a code: readers need them (ISO/IEC 18004)
const OF_FRAME = ["embed", "embed_options"] // what a frame sets, and not the page
const SVG = "http://www.w3.org/2000/svg"
const BASE = new URL("../../", import.meta.url).href // where the app is mounted: this file is two folders below

const stateOf = stateFor(() => ({ sent: "" }))

/** The link with all settings of the page. */
function linkOfPage() {
  const address = new URL(location.href)
  address.hash = ""
  for (const name of OF_FRAME) if (address.searchParams.has(name)) address.searchParams.delete(name)
  return address.href
}

/** Draw a code, dark on white in every theme. @param {SVGSVGElement} svg @param {string[]} rows */
export function draw(svg, rows) {
  const size = rows.length + 2 * QUIET
  svg.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${size} ${size}`)
  const squares = document.createElementNS(SVG, "path")
  const runs = rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h${-run.length}z`),
  )
  squares.setAttribute("d", runs.join(""))
  svg.replaceChildren(squares)
}

/** @param {HTMLInputElement} input @param {HTMLElement} told @param {Data["texts"]} texts */
async function copy(input, told, texts) {
  try {
    await navigator.clipboard.writeText(input.value) // there is no clipboard without HTTPS
    told.textContent = texts.copied
  } catch {
    input.select()
    told.textContent = texts.selected
  }
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [{ link, short, rows, texts }], parentElement, setStateValue }) {
  const state = stateOf(parentElement)
  const present = linkOfPage()
  const isCurrent = link === present
  const send = () => setStateValue("page", { link: linkOfPage(), base: BASE })
  const told = /** @type {HTMLElement} */ (find(parentElement, ".told"))
  const own = /** @type {HTMLAnchorElement} */ (find(parentElement, ".own"))
  own.href = present
  own.hidden = window === window.parent
  for (const [kind, address] of Object.entries({ short: isCurrent ? short : "", long: present })) {
    const line = /** @type {HTMLElement} */ (find(parentElement, `.line.${kind}`))
    const input = /** @type {HTMLInputElement} */ (find(line, "input"))
    input.value = address
    line.hidden = address === ""
    input.onfocus = () => input.select()
    const button = /** @type {HTMLButtonElement} */ (find(line, ".copy"))
    button.onclick = () => (linkOfPage() === present ? copy(input, told, texts) : send())
  }
  const shown = /** @type {HTMLElement} */ (find(parentElement, ".shown"))
  shown.hidden = !isCurrent || rows.length === 0
  if (!shown.hidden) for (const svg of parentElement.querySelectorAll("svg")) draw(svg, rows)
  find(parentElement, ".address").textContent = short.replace(/^https?:\/\//, "")
  if (!isCurrent && state.sent !== present) {
    state.sent = present
    send()
  }
}
