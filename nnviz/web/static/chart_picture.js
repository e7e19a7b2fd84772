// Charts as files: an SVG that stands by itself, with its fonts inside, and pixels of it.
import { groundOf, lighten } from "./dom.js"

/**
 * A drawing that is taken from the page. `svg` is its source, `canvas` its pixels; one of both is there. The sizes are those
 * on the page. @typedef {{width: number, height: number, svg?: string, canvas?: HTMLCanvasElement}} Drawn
 */

const XML = "http://www.w3.org/2000/svg"
const AGAIN = 2 // times that a picture is drawn: WebKit may draw one before the pictures inside of it are ready

/** @type {Map<string, Promise<string>>} */
const fonts = new Map()

/** @param {Blob} blob @returns {Promise<string>} */
function dataAddress(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.onerror = () => fail(reader.error)
    reader.readAsDataURL(blob)
  })
}

/** The faces that the page has of a font. @param {string} family @returns {CSSFontFaceRule[]} */
function facesOf(family) {
  const sheets = [...document.styleSheets].filter(({ href }) => !href || new URL(href).origin === location.origin)
  const rules = sheets.flatMap(({ cssRules }) => [...cssRules])
  return /** @type {CSSFontFaceRule[]} */ (
    rules.filter(
      (rule) =>
        rule instanceof CSSFontFaceRule &&
        rule.style.getPropertyValue("font-family").replaceAll(/["']/g, "") === family,
    )
  )
}

/** Rules with the font inside; none for a font of the system. @param {string} family @param {string} style */
async function loadFont(family, style) {
  const faces = facesOf(family).filter((face) => (face.style.getPropertyValue("font-style") || "normal") === style)
  const rules = faces.map(async (face) => {
    const address = face.style.getPropertyValue("src").match(/url\(["']?([^"')]+)/)?.[1] ?? ""
    const file = await fetch(new URL(address, face.parentStyleSheet?.href ?? location.href))
    const weight = face.style.getPropertyValue("font-weight") || "400"
    const source = await dataAddress(await file.blob())
    return `@font-face{font-family:"${family}";font-style:${style};font-weight:${weight};src:url(${source})}`
  })
  return (await Promise.all(rules)).join("")
}

/** The rules for the fonts of a drawing. @param {SVGElement} svg */
async function fontsOf(svg) {
  const used = new Set()
  for (const text of svg.querySelectorAll("text")) {
    const [family] = (text.getAttribute("font-family") ?? "").split(",")
    const name = family.replaceAll(/["']/g, "").trim()
    if (name) used.add(`${name}|${text.getAttribute("font-style") === "italic" ? "italic" : "normal"}`)
  }
  const rules = [...used].map((key) => {
    const [family, style] = key.split("|")
    if (!fonts.has(key)) fonts.set(key, loadFont(family, style))
    return fonts.get(key)
  })
  return (await Promise.all(rules)).join("")
}

/**
 * Put a ground and the fonts into a copy of a drawing, and write it.
 * @param {SVGSVGElement} copy @param {string} ground @param {number} width @param {number} height
 */
export async function writtenSvg(copy, ground, width, height) {
  copy.setAttribute("xmlns", XML)
  copy.setAttribute("width", String(width))
  copy.setAttribute("height", String(height))
  copy.removeAttribute("style")
  copy.removeAttribute("class")
  const back = document.createElementNS(XML, "rect")
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: ground }))
    back.setAttribute(name, value)
  const style = document.createElementNS(XML, "style")
  style.textContent = await fontsOf(copy)
  copy.prepend(style, back)
  return new XMLSerializer().serializeToString(copy)
}

/** Take a chart of Vega from the page. @param {SVGSVGElement} svg @param {boolean} white @returns {Promise<Drawn>} */
export async function takeChart(svg, white) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true))
  if (white) lighten(copy)
  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))]
  return { width, height, svg: await writtenSvg(copy, groundOf(copy) || "#ffffff", width, height) }
}

const LOOK = [
  ...[
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "opacity",
  ],
  ...["font-family", "font-size", "font-style", "font-weight", "text-anchor", "dominant-baseline", "paint-order"],
]

/**
 * Take a drawing whose looks are rules of CSS from the page: its copy has them as attributes. The looks are read before
 * the first wait, so that they can be changed for this call. @param {SVGSVGElement} svg @param {string} ground @returns {Promise<Drawn>}
 */
export async function takeStyled(svg, ground) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true))
  const copies = copy.querySelectorAll("*")
  for (const [k, node] of svg.querySelectorAll("*").entries()) {
    const style = getComputedStyle(node)
    for (const name of LOOK) copies[k].setAttribute(name, style.getPropertyValue(name))
  }
  const { width, height } = svg.getBoundingClientRect()
  return { width, height, svg: await writtenSvg(copy, ground, width, height) }
}

/** The pixels of a drawing. @param {Drawn} drawn @param {number} scale of its size on the page @returns {Promise<HTMLCanvasElement>} */
export async function pixelsOf({ width, height, svg, canvas }, scale) {
  const sheet = document.createElement("canvas")
  Object.assign(sheet, { width: Math.round(width * scale), height: Math.round(height * scale) })
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d", { willReadFrequently: true }))
  if (canvas) pen.drawImage(canvas, 0, 0, sheet.width, sheet.height)
  if (!svg) return sheet
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  for (let time = 0; time < AGAIN; time += 1) {
    await image.decode()
    pen.drawImage(image, 0, 0, sheet.width, sheet.height)
  }
  return sheet
}

/** The name of a file for a picture of this page, without its suffix. @param {string} key */
export function fileName(key) {
  return `${location.pathname.split("/").pop() || "home"}_${key}`
}

/** Let the browser save a file. @param {BlobPart} content @param {string} type @param {string} name */
export function save(content, type, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([content], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // some browsers read it late
}
