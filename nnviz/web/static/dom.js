// Every selector into a page that others draw: Streamlit, Vega and KaTeX. If an upgrade changes their markup, this file is
// what changes; tests/browser/test_dom.py names the selector that no longer finds anything.
//
// One more is in nnviz/web/components.py, in the loader that runs before this file: Streamlit's own script, whose address
// says where the app is mounted.

/** The live values of this key: Streamlit gives the element of a widget the class st-key-<key>. @param {string} key */
const widget = (key) => `.st-key-${key}`
const SLIDER = "[data-testid=stSlider]"
const ELEMENT = "[data-testid=stElementContainer]"
const MARKDOWN = "[data-testid=stMarkdownContainer]"
const PAGE = "[data-testid=stMain]"
const CONTENT = "[data-testid=stMainBlockContainer]"
const CHART = "svg.marks"
const ROW = "[data-testid=stHorizontalBlock]"
const LOW_CHART = 260 // pixels; what is lower keeps its height on paper
const LOW_PICTURE = 150 // pixels; what is lower is no picture
const PLOT = ".role-frame.root path.background"
const AROUND = [".role-axis", ".role-legend", ".role-title"]
const DRAWING_TEXT = "[class*=st-key-said_of_]"

/** Scroll the page to its top; return whether it was found. */
export function scrollToTop() {
  const page = document.querySelector(PAGE)
  page?.scrollTo({ top: 0 })
  return page !== null
}

/** How far the page is scrolled. */
export function pageScroll() {
  return document.querySelector(PAGE)?.scrollTop ?? 0
}

/** @param {number} top */
export function scrollPage(top) {
  document.querySelector(PAGE)?.scrollTo({ top, behavior: "instant" })
}

const PAGE_LINK = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink], [data-testid=stPageLink] a"

/** The path of the page that a click on a link of the menu or of the page opens. @param {EventTarget | null} target */
export function pathOfLink(target) {
  const link = target instanceof Element ? target.closest(PAGE_LINK) : null
  return link instanceof HTMLAnchorElement ? link.pathname : undefined
}

const MENU = "[data-testid=stSidebar]"
const NARROW = "(max-width: 768px)" // where the menu lies over the page

/** Close the menu if it lies over the page and an event chose one of its links. @param {EventTarget | null} target */
export function closeMenuAfter(target) {
  const chosen = target instanceof Element && target.closest(`${MENU} a`)
  if (chosen && matchMedia(NARROW).matches) {
    /** @type {HTMLElement | null} */
    const button = document.querySelector("[data-testid=stSidebarCollapseButton] button")
    button?.click()
  }
}

/** The container of a chapter (nnviz/web/chapters.py). @param {string} key */
const chapter = (key) => `.st-key-chapter_${key}`
const CHAPTER = "[class*=st-key-chapter_]"
const RULES = "nnviz-chapters"
const CLOSED =
  "position: absolute; top: 0; width: 100%; height: 0; min-height: 0; overflow: clip; content-visibility: hidden;"
const OLD_BROWSER = "@supports not (content-visibility: hidden)"

/**
 * Hide all chapters but the open one; null: none. They stay as wide as it is. What is hidden in this way has no layout
 * until it is shown, and no chart would be drawn in it; so what is `prepared` is only invisible.
 * @param {string | null} open @param {Iterable<string>} prepared
 */
export function hideOtherChapters(open, prepared = []) {
  let style = document.getElementById(RULES)
  if (!style) {
    style = document.createElement("style")
    style.id = RULES
    document.head.append(style)
  }
  style.dataset.open = open ?? ""
  const invisible = [...prepared].map(
    (key) => `.st-key-chapters ${chapter(key)} { visibility: hidden; content-visibility: visible; }`,
  )
  const closed = `${CHAPTER}:not(${chapter(open ?? "")})`
  const rules = [`${closed} { ${CLOSED} }`, `${OLD_BROWSER} { ${closed} { visibility: hidden; } }`, ...invisible]
  style.textContent = open === null ? "" : rules.join("\n")
}

/** Let styles know which chapter is open. @param {string} key */
export function markChapter(key) {
  document.body.dataset.chapter = key
}

/** The container of a chapter, if the page has it. @param {string} key @returns {HTMLElement | null} */
export function panelOf(key) {
  return document.querySelector(chapter(key))
}

/** The container of the chapter that an element, or the component it belongs to, stands in. @param {Node} node */
function chapterOf(node) {
  const root = node.getRootNode()
  const host = root instanceof ShadowRoot ? root.host : node
  return host instanceof Element ? host.closest(CHAPTER) : null
}

/** Whether an element, or the component it belongs to, stands in a chapter that is not open. @param {Node} node */
export function isHidden(node) {
  const open = document.getElementById(RULES)?.dataset.open
  return Boolean(open) && chapterOf(node)?.classList.contains(chapter(open ?? "").slice(1)) === false
}

/**
 * All elements of a selector in the chapter of a component; on the whole page where the chapter has none. Two chapters
 * may have the same control. @param {string} selector @param {Node} [near] @returns {Element[]}
 */
function all(selector, near) {
  const inside = near && chapterOf(near)?.querySelectorAll(selector)
  return [...(inside?.length ? inside : document.querySelectorAll(selector))]
}

/** Whether an event happened in another chapter than that of a component. @param {Element} target @param {Node} [near] */
function isElsewhere(target, near) {
  const [there, here] = [chapterOf(target), near && chapterOf(near)]
  return Boolean(there && here) && there !== here
}

/**
 * Call `then` when the page is connected to its server again, and `runs` at each run that the browser hears of.
 * @param {() => void} then @param {() => void} runs @returns {() => void} what ends it
 */
export function watchConnection(then, runs) {
  const app = document.querySelector("[data-testid=stApp]")
  const stateOf = () => app?.getAttribute("data-test-connection-state")
  let before = stateOf()
  const observer = new MutationObserver(() => {
    const now = stateOf()
    if (now === "CONNECTED" && before !== now) then()
    before = now
    if (app?.getAttribute("data-test-script-state") === "running") runs()
  })
  const attributeFilter = ["data-test-connection-state", "data-test-script-state"]
  if (app) observer.observe(app, { attributeFilter })
  return () => observer.disconnect()
}

/** Whether the server is at work for this page. */
export function isRunning() {
  return document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") !== "notRunning"
}

/**
 * The value of a slider while it moves, or the position of its option; undefined if there is none. A range that is
 * counted from its lower end has no exact 0. @param {string} key @param {Node} [near] @returns {number | undefined}
 */
export function readSlider(key, near) {
  const input = /** @type {HTMLInputElement | undefined} */ (all(`${widget(key)} input`, near)[0])
  if (!input) return undefined
  const [value, low, high] = [input.value, input.min, input.max].map(Number)
  return Math.abs(value) < 1e-9 * (high - low) ? 0 : value
}

/**
 * The key of `keys` whose widget an event happened in.
 * @param {EventTarget | null} target @param {string[]} keys @param {Node} [near] a component
 */
export function widgetOf(target, keys, near) {
  if (!(target instanceof Element) || isElsewhere(target, near)) return undefined
  return keys.find((key) => target.closest(widget(key)))
}

/**
 * The key of `keys` on whose slider an event happened.
 * @param {EventTarget | null} target @param {string[]} keys @param {Node} [near] a component
 */
export function sliderOf(target, keys, near) {
  if (!(target instanceof Element) || isElsewhere(target, near)) return undefined
  return keys.find((key) => target.closest(`${widget(key)} ${SLIDER}`))
}

/**
 * The link that an event happened on, if its address begins with `address`: Streamlit writes it as the text has it.
 * @param {EventTarget | null} target @param {string} address @returns {HTMLAnchorElement | null}
 */
export function linkOf(target, address) {
  return target instanceof Element ? target.closest(`${MARKDOWN} a[href^="${address}"]`) : null
}

/** Whether a node is a drawing of Vega. @param {Node} node */
export function isChart(node) {
  return node instanceof Element && node.localName === "svg"
}

/**
 * The drawing of the chart that web.render drew with this key: Vega puts the key into the classes of its marks.
 * @param {string} key @param {Node} [near] a component @returns {SVGSVGElement | null}
 */
export function chartOf(key, near) {
  const marks = `${CHART} [class*=" ${key}_layer_"], ${CHART} [class*=" ${key}_marks"]`
  return all(marks, near)[0]?.closest("svg") ?? null
}

/**
 * The key of `keys` whose chart an event happened on. @param {EventTarget | null} target @param {string[]} keys
 * @param {Node} [near] a component
 */
export function ownerOf(target, keys, near) {
  const svg = target instanceof Element ? target.closest(CHART) : null
  return svg ? keys.find((key) => chartOf(key, near) === svg) : undefined
}

/**
 * A number in the datum of the mark of Vega that an event happened on, 0 if it has none; Vega keeps a mark's item at its
 * node. @param {EventTarget | null} target @param {string} column
 */
export function markedNumber(target, column) {
  const value = /** @type {any} */ (target)?.__data__?.datum?.[column]
  return typeof value === "number" ? value : 0
}

/** All these numbers above 0 of the marks of a chart, in order. @param {SVGSVGElement} svg @param {string} column */
export function markedNumbers(svg, column) {
  const numbers = [...svg.querySelectorAll("*")].map((mark) => markedNumber(mark, column))
  return [...new Set(numbers)].filter((number) => number > 0).sort((a, b) => a - b)
}

/** The rectangle between the axes of a chart, on the screen. @param {SVGSVGElement} svg @returns {DOMRect} */
export function plotOf(svg) {
  return /** @type {Element} */ (svg.querySelector(PLOT)).getBoundingClientRect()
}

/** The element of Streamlit that a chart is drawn in; a new drawing leaves it in place. @param {SVGSVGElement} svg @returns {HTMLElement} */
export function boxOf(svg) {
  return /** @type {HTMLElement} */ (svg.closest(ELEMENT))
}

/**
 * The drawings of Vega that are seen, each with the key that web.render drew it with, and its words.
 * @returns {{svg: SVGSVGElement, key: string, words: string}[]}
 */
export function chartsShown() {
  const drawings = /** @type {SVGSVGElement[]} */ ([...document.querySelectorAll(CHART)])
  return drawings
    .filter((svg) => svg.getClientRects().length > 0 && !isHidden(svg))
    .map((svg) => {
      const marks = svg.querySelector("[class*=_layer_], [class*=_marks]")?.getAttribute("class") ?? ""
      const key = marks.match(/(\S+?)_(?:layer_|concat_|marks)/)?.[1] ?? "chart"
      return { svg, key, words: svg.closest("[aria-label]")?.getAttribute("aria-label") ?? key }
    })
}

/** The color behind a drawing of Vega. @param {SVGSVGElement} svg */
export const groundOf = (svg) => svg.style.backgroundColor

/**
 * Give a drawing of Vega the colors that Streamlit's light theme gives to axes and legends; marks keep their colors, which
 * are read on both grounds. @param {SVGSVGElement} svg @returns {() => void} what gives it its look back
 */
export function lighten(svg) {
  const ground = groundOf(svg)
  /** @type {(() => void)[]} */
  const undo = []
  const change = (/** @type {string} */ selector, /** @type {string} */ name, /** @type {string} */ color) => {
    for (const node of svg.querySelectorAll(selector)) {
      const before = node.getAttribute(name) ?? ""
      node.setAttribute(name, color)
      undo.push(() => node.setAttribute(name, before))
    }
  }
  svg.style.backgroundColor = "#ffffff"
  change(AROUND.map((role) => `${role} text`).join(), "fill", "#555a68")
  change(".role-axis-grid line, .role-axis-grid path", "stroke", "#e6eaf1")
  return () => {
    svg.style.backgroundColor = ground
    for (const back of undo) back()
  }
}

/**
 * The view of a drawing of Vega, which keeps a datum at each node; the datum of a group leads to the view.
 * @param {SVGSVGElement} svg @returns {any}
 */
function viewOf(svg) {
  for (const node of svg.querySelectorAll("*")) {
    const view = /** @type {any} */ (node).__data__?.context?.dataflow
    if (view) return view
  }
  return undefined
}

/** The signals of a drawing of Vega that `wanted` accepts. @param {SVGSVGElement} svg @param {(name: string) => boolean} wanted @returns {Record<string, any>} */
const signalsThat = (svg, wanted) =>
  viewOf(svg)?.getState({ signals: wanted, data: () => false, recurse: false }).signals ?? {}

/**
 * Draw a chart anew with this width; its words keep their size. A tall one becomes lower if it becomes narrow.
 * @param {SVGSVGElement} svg @param {number} width @returns {Promise<() => unknown>} what gives it its size back
 */
export async function resizeChart(svg, width) {
  const view = viewOf(svg)
  if (!view) return () => {}
  const [wide, high] = ["width", "height"].map((name) => Number(svg.getAttribute(name))) // with the axes
  const size = (/** @type {number} */ across, /** @type {number} */ up) => view.width(across).height(up).runAsync()
  await size(width, Math.max(Math.min(high, LOW_CHART), Math.round((high * width) / wide)))
  return () => size(wide, high)
}

/** Whether a column holds a picture, and not only a line of buttons. @param {Element} column */
function holdsPicture(column) {
  const pictures = column.querySelectorAll(`${CHART}, [data-testid^=stBidiComponent]`)
  return [...pictures].some((picture) => picture.getBoundingClientRect().height > LOW_PICTURE)
}

/**
 * The rows of columns of which several hold a picture, with these columns. A row inside of another one is left out.
 * @returns {{row: Element, columns: Element[]}[]}
 */
export function pictureRows() {
  const rows = [...document.querySelectorAll(ROW)]
    .map((row) => ({ row, columns: [...row.children].filter(holdsPicture) }))
    .filter(({ columns }) => columns.length > 1)
  return rows.filter(({ row }) => !rows.some((other) => other.row !== row && other.row.contains(row)))
}

/** The present values of some signals of a drawing of Vega. @param {SVGSVGElement} svg @param {string[]} names */
export const signalsOf = (svg, names) => signalsThat(svg, (name) => names.includes(name))

/** The names of the live values that a drawing of Vega follows. @param {SVGSVGElement} svg @returns {string[]} */
export function followedBy(svg) {
  const names = Object.keys(signalsThat(svg, (name) => name.startsWith("live_")))
  return names.map((name) => name.slice("live_".length))
}

/** What holds all that is on the page. @returns {HTMLElement | null} */
export const contentOfPage = () => document.querySelector(CONTENT)

const WIDGETS = ["stSlider", "stNumberInput", "stTextInput", "stSelectbox", "stButtonGroup", "stCheckbox"]

/**
 * The settings that are seen: the label of each control, as nodes, and its value as text. A menu without a choice and a
 * switch that is off have none. @returns {{label: Node, value: string}[]}
 */
export function settingsShown() {
  const widgets = document.querySelectorAll(WIDGETS.map((name) => `[data-testid=${name}]`).join())
  return [...widgets].flatMap((widget) => {
    const label = widget.querySelector(`[data-testid=stWidgetLabel] ${MARKDOWN} p`)
    const value = shownValue(widget)
    if (!label || !value || widget.getClientRects().length === 0 || isHidden(widget)) return []
    if (widget.closest("details:not([open])")) return []
    return [{ label: label.cloneNode(true), value }]
  })
}

/** @param {Element} widget */
function shownValue(widget) {
  const chosen = widget.querySelectorAll("[aria-checked=true] p, [aria-pressed=true] p, button[kind$=Active] p")
  const thumbs = widget.querySelectorAll("[data-testid=stSliderThumbValue] p")
  const shown = [...(thumbs.length ? thumbs : chosen)].map((node) => node.textContent?.trim())
  if (shown.length) return shown.join(", ")
  const input = widget.querySelector("input")
  if (input?.type === "checkbox") return input.checked ? "✓" : ""
  return input?.value || widget.querySelector("[value]")?.getAttribute("value") || ""
}

const NUMBERS = "[data-testid=stSliderThumbValue], [data-testid=stSliderTickBar], #vg-tooltip-element td.value"

/** What is changed or added, if it is a number of a slider or a tooltip, or the numbers in it. @param {Node} node @returns {Node[]} */
export function shownNumberOf(node) {
  if (node instanceof SVGElement) return []
  const element = node instanceof Element ? node : node.parentElement
  if (!element || element instanceof SVGElement) return []
  if (element.closest(NUMBERS)) return [node]
  return node instanceof Element && node.childElementCount ? [...node.querySelectorAll(NUMBERS)] : []
}

/** What is said of a drawn function (nnviz/web/drawing_pad.py). @returns {NodeListOf<HTMLElement>} */
export function textsOfDrawing() {
  return document.querySelectorAll(DRAWING_TEXT)
}

/**
 * The empty symbols of a formula that KaTeX has set, by the colors that nnviz/web/live_latex.py gave them: those that
 * are seen, and their twins that are spoken.
 * @param {number[]} mark two bytes @param {number} count @param {Node} [near] a component @returns {Element[][]}
 */
export function symbolsOf([red, green], count, near) {
  /** @type {Element[][]} */
  const symbols = Array.from({ length: count }, () => [])
  const code = [red, green].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  const seen = `.katex-html [style*="rgba(${red}, ${green}, "]`
  for (const symbol of all(`${seen}, .katex-mathml [mathcolor^="#${code}"]`, near)) {
    const spoken = symbol.getAttribute("mathcolor")
    const number = spoken
      ? Number.parseInt(spoken.slice(5, 7), 16)
      : Number(/** @type {HTMLElement} */ (symbol).style.color.split(",")[2])
    symbols[number]?.push(symbol)
  }
  return symbols
}

/** Rules for a formula of KaTeX whose numbers have the class `name`. @param {string} name */
export function latexRules(name) {
  return `.katex-html span:has(> .${name}) { color: inherit !important; }
  div:has(> table .${name}) { overflow-x: auto; }`
}
