// List the pictures of the open chapter, and save them as PNG and SVG, their data as CSV, and a run as an animated GIF.
import { fileName, pixelsOf, save, takeChart } from "./chart_picture.js"
import { chartsShown, followedBy } from "./dom.js"
import { film } from "./film.js"
import { ownPictures, players } from "./shown.js"
import { filled, find } from "./state.js"

/** @typedef {Record<"png" | "svg" | "csv" | "gif" | "none" | "filming" | "failed", string>} Texts from nnviz/web/text.py */
/** @typedef {import("./shown.js").OwnPicture} Picture */

const SHARP = 3 // pixels of a PNG for each pixel of the page
const SMALL = 72 // pixels, the width of a small picture in the list

/** @returns {Picture[]} all pictures that are seen */
function picturesShown() {
  const charts = chartsShown().map(({ svg, key, words }) => ({
    node: svg,
    key,
    words,
    follows: followedBy(svg),
    bitmap: false,
    whiten: () => () => {},
    take: (/** @type {boolean} */ white) => takeChart(svg, white),
  }))
  const order = (/** @type {Picture} */ one, /** @type {Picture} */ other) =>
    one.node.getBoundingClientRect().top - other.node.getBoundingClientRect().top
  return [...charts, ...ownPictures.shown()].sort(order)
}

/** The player that a picture follows, if there is one. @param {Picture} picture */
const playerOf = ({ follows }) =>
  players.shown().find((player) => player.names().some((name) => follows.includes(name)))

/** @param {string} label @param {string} name @param {() => void} act */
function button(label, name, act) {
  const made = document.createElement("button")
  made.type = "button"
  made.textContent = label
  made.ariaLabel = name
  made.onclick = act
  return made
}

/** Whether the page is dark. @param {Element} root */
function isDark(root) {
  const [red, green, blue] = getComputedStyle(root).color.match(/\d+/g)?.map(Number) ?? [0, 0, 0]
  return red + green + blue > 3 * 128 // of its letters
}

/** @param {Picture} picture @param {HTMLElement} place */
async function showSmall(picture, place) {
  const drawn = await picture.take(false)
  place.replaceChildren(await pixelsOf(drawn, (2 * SMALL) / drawn.width))
}

/**
 * One line of the list. @param {Picture} picture @param {HTMLElement} root @param {Texts} texts
 * @param {(key: string) => void} ask @returns {HTMLElement}
 */
function line(picture, root, texts, ask) {
  const [item, small, words, buttons] = ["li", "div", "p", "div"].map((tag) => document.createElement(tag))
  const said = /** @type {HTMLElement} */ (find(root, ".said"))
  const white = () => /** @type {HTMLInputElement} */ (find(root, ".white input")).checked
  const name = fileName(picture.key)
  const trying = (/** @type {() => Promise<void>} */ act) => () => {
    said.textContent = ""
    act().catch((error) => {
      said.textContent = `${texts.failed} ${error.message}`
    })
  }
  const asPng = async () => {
    const sheet = await pixelsOf(await picture.take(white()), SHARP)
    const blob = await new Promise((done) => sheet.toBlob(done, "image/png"))
    save(blob, "image/png", `${name}.png`)
  }
  const asSvg = async () => save((await picture.take(white())).svg ?? "", "image/svg+xml", `${name}.svg`)
  const player = playerOf(picture)
  const asGif = async () => {
    if (!player) return
    const tell = (/** @type {number} */ share) => {
      said.textContent = filled(texts.filming, { percent: Math.round(100 * share) })
    }
    save(await film(player, () => picture.take(white()), tell), "image/gif", `${name}.gif`)
  }
  const named = (/** @type {"png" | "svg" | "csv" | "gif"} */ kind) => `${texts[kind]}: ${picture.words}`
  buttons.append(button("PNG", named("png"), trying(asPng)))
  if (!picture.bitmap) buttons.append(button("SVG", named("svg"), trying(asSvg)))
  buttons.append(button("CSV", named("csv"), () => ask(picture.key)))
  if (player) buttons.append(button("GIF", named("gif"), trying(asGif)))
  words.textContent = picture.words
  words.title = picture.words
  item.append(small, words, buttons)
  showSmall(picture, small).catch(() => {})
  return item
}

/** @param {import("./state.js").Component<{texts: Texts}>} component */
export default function ({ data: [{ texts }], parentElement, setTriggerValue }) {
  /** @type {HTMLElement} */
  const root = find(parentElement, ".downloads")
  const ask = (/** @type {string} */ key) => setTriggerValue("wanted", key)
  const list = () => {
    const pictures = picturesShown()
    find(root, ".list").replaceChildren(...pictures.map((picture) => line(picture, root, texts, ask)))
    find(root, ".none").textContent = pictures.length ? "" : texts.none
    const white = /** @type {HTMLElement} */ (find(root, ".white"))
    white.hidden = !isDark(root)
  }
  list()
  /** @type {HTMLButtonElement} */
  const paper = find(root, ".print")
  paper.onclick = () => window.print()
  window.addEventListener("nnviz-chapter", list)
  return () => window.removeEventListener("nnviz-chapter", list)
}
