// Numbers of formulas that KaTeX has set: they change in their places, so that no formula is set anew.
import { hear, toldValues } from "./channel.js"
import { significant } from "./ticks.js"

/**
 * What nnviz/ui/numbers.py sends. A place is empty, and of the color rgba(mark[0], mark[1], its number, 0). `of` are the
 * coefficients of 1, of each u, and of each product of two, where u is the way of the live values `names` from `at` in
 * units of `reach`; one coefficient is a number that stays, and none is `words`.
 * @typedef {{mark: number[], names: string[], at: number[], reach: number[],
 *   numbers: {of: number[], words: string, digits: number, signed: boolean}[]}} Data
 */

const OURS = "nnviz-number"
const RULE = `.katex-html span:has(> .${OURS}) { color: inherit !important; }
  div:has(> table .${OURS}) { overflow-x: auto; }`
const TRIES = 100 // a tenth of a second each, while the formulas are not set
const APART = 50 // milliseconds between two changes of all numbers: nobody reads faster, and charts have the frames

function valueOf({ of, words }, moved) {
  if (of.length === 0) return words
  const powers = [1, ...moved, ...moved.flatMap((u, i) => moved.slice(i).map((v) => u * v))]
  return of.reduce((sum, coefficient, k) => sum + coefficient * powers[k], 0)
}

/** The empty places of each number: where it is seen, and where it is spoken. */
function placesOf({ mark: [r, g], numbers }) {
  const places = numbers.map(() => [])
  const code = [r, g].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  const all = `.katex-html [style*="rgba(${r}, ${g}, "], .katex-mathml [mathcolor^="#${code}"]`
  for (const place of document.querySelectorAll(all)) {
    const spoken = place.getAttribute("mathcolor")
    places[spoken ? parseInt(spoken.slice(5, 7), 16) : Number(place.style.color.split(",")[2])]?.push(place)
  }
  return places
}

/** Our own node in each place: what React has drawn stays as it is. */
function fill({ data }) {
  const ours = `${OURS}-${data.mark.join("-")}`
  for (const old of document.querySelectorAll(`.${ours}`)) old.remove()
  return placesOf(data).map((places) => places.map((place) => {
    const tag = place.namespaceURI.endsWith("MathML") ? "mn" : "span"
    const node = document.createElementNS(place.namespaceURI, tag)
    node.setAttribute("class", `${OURS} ${ours}`)
    place.append(node)
    return node
  }))
}

function write(node, value, { digits, signed }) {
  const [sign, text, power] = typeof value === "string" ? ["", value, ""] : significant(value, digits)
  const front = signed ? ` ${sign || "+"} ` : sign
  const spoken = node.localName === "mn"
  const whole = `${front}${text}${power && ` ⋅ 10${spoken ? `^${power}` : ""}`}`
  if (node.dataset.said === whole + power) return
  node.dataset.said = whole + power
  node.textContent = whole
  if (!power || spoken) return
  const raised = document.createElement("sup")
  raised.style.cssText = "font-size:0.7em;line-height:0;vertical-align:0.55em"
  raised.textContent = power
  node.append(raised)
}

function show(state) {
  const { data: { names, at, reach, numbers }, nodes } = state
  const told = toldValues()
  const moved = names.map((name, k) => ((told[name] ?? at[k]) - at[k]) / reach[k])
  numbers.forEach((number, k) => nodes[k].forEach((node) => write(node, valueOf(number, moved), number)))
}

function settle(state, tries = 0) {
  state.nodes = fill(state)
  show(state)
  const missing = state.nodes.some((nodes) => nodes.length === 0)
  if (missing && tries < TRIES) state.waiting = setTimeout(() => settle(state, tries + 1), 100)
}

/** Whether every node still stands in the place of its number. */
function settled({ data, nodes }) {
  const fits = (places, of) =>
    places.length > 0 && places.length === of.length && places.every((place, i) => place === of[i].parentElement)
  return nodes?.length === data.numbers.length && placesOf(data).every((places, k) => fits(places, nodes[k]))
}

export default function ({ data: [data], parentElement }) {
  const state = (parentElement.nnviz ??= {})
  state.close?.()
  if (!document.getElementById(OURS)) {
    const style = Object.assign(document.createElement("style"), { id: OURS, textContent: RULE })
    document.head.append(style)
  }
  state.data = data
  if (settled(state)) show(state)
  else settle(state)
  const change = () => {
    state.missed = Boolean(state.pause)
    if (state.missed) return
    show(state)
    state.pause = setTimeout(() => {
      state.pause = undefined
      if (state.missed) change()
    }, APART)
  }
  const deaf = hear(change)
  return (state.close = () => {
    clearTimeout(state.waiting)
    clearTimeout(state.pause)
    state.pause = undefined
    deaf()
  })
}
