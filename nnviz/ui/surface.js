// Height fields that turn under the pointer or the arrow keys, with paths on them that follow the player.
import { drawBox } from "./box.js"
import { hear, toldValues } from "./channel.js"
import { TALL, corners, draped, frameOf, heightAt, paletteOf, place } from "./solid.js"
import { projector, rasterise, rgb, turned } from "./solid.js"

/**
 * What nnviz/ui/surface.py sends. Heights and points are shares of the box, 0 ... 1; a point is null where the path
 * leaves the box. `frames` holds one field a frame of the player, 16 bits a corner, 0 where there is no value.
 * @typedef {{name: string, color: string, low: number, high: number, edges: number[], rows: number, cols: number,
 *   frames: string}} Field
 * @typedef {{name: string, color: string, dash: number[], steps: number[], points: (number[] | null)[]}} Path
 * @typedef {{fields: Field[], paths: Path[], domain: number[][], labels: string[], log: boolean, frame: string,
 *   words: string, height: number}} Data
 */

const FIRST = { azimuth: -0.6, elevation: 0.55 }
const ABOVE = { azimuth: 0, elevation: Math.PI / 2 }
const OPACITY = [0.03, 0.62] // of the first band and the last, as on the contour (nnviz/charts/ground.py)
const MARGIN = 44
const KEYS = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] }

/** The fields of `frames`, unpacked: heights in the box and band coordinates. @param {Field} field */
function unpack({ frames, rows, cols, edges }) {
  const codes = new Uint16Array(Uint8Array.from(atob(frames), (sign) => sign.charCodeAt(0)).buffer)
  const shares = Float32Array.from(codes, (code) => (code ? (code - 1) / 65534 : NaN))
  const heights = shares.map((share) => (2 * share - 1) * TALL)
  const bands = shares.map((share) => place(edges, share))
  const size = rows * cols
  const cut = (values, frame) => values.subarray(frame * size, (frame + 1) * size)
  return { count: codes.length / size, at: (frame) => ({ heights: cut(heights, frame), bands: cut(bands, frame) }) }
}

/** What is drawn on: the page's canvas, and a smaller one beside it that holds the solid alone. */
function sheet(canvas) {
  return { canvas, pen: canvas.getContext("2d"), solid: document.createElement("canvas"), drawn: "" }
}

function prepare(state, { width, height }, sharp) {
  const zoom = sharp ? Math.max(2, Math.ceil(devicePixelRatio)) : 1
  const { solid } = state.sheet
  if (solid.width !== width * zoom || solid.height !== height * zoom || !state.buffers) {
    Object.assign(solid, { width: width * zoom, height: height * zoom })
    const image = new ImageData(solid.width, solid.height)
    const depths = new Float32Array(solid.width * solid.height)
    state.buffers = { image, pixels: new Uint32Array(image.data.buffer), depths }
  }
  return zoom
}

/** Which of the field's frames is shown: that of the player, the last until there is one. */
function frameAt({ unpacked, field, told }) {
  const last = unpacked[field].count - 1
  return Math.min(Math.max(told.frame ?? last, 0), last)
}

/** The solid for this view, unless it is there already. */
function drawSolid(state, frame, sharp) {
  const { data, view, look } = state
  const unpacked = state.unpacked[state.field]
  const at = frameAt(state)
  const key = [view.azimuth, view.elevation, state.field, at, frame.width, frame.height, sharp, state.version].join()
  if (state.sheet.drawn === key) return
  const zoom = prepare(state, frame, sharp)
  const large = { width: frame.width * zoom, height: frame.height * zoom, scale: frame.scale * zoom }
  const { rows, cols } = data.fields[state.field]
  const { heights, bands } = unpacked.at(at)
  const { image, pixels, depths } = state.buffers
  const solid = corners(heights, bands, rows, cols, view, large)
  rasterise(solid, look.palettes[state.field], large.width, large.height, pixels, depths)
  state.sheet.solid.getContext("2d").putImageData(image, 0, 0)
  state.sheet.drawn = key
  state.zoom = zoom
}

function draw(state, sharp) {
  const { canvas, pen, solid } = state.sheet
  const [width, height] = [canvas.clientWidth, state.data.height]
  if (width === 0) return
  const dense = Math.max(devicePixelRatio, 1)
  if (canvas.width !== Math.round(width * dense) || canvas.height !== Math.round(height * dense)) {
    Object.assign(canvas, { width: Math.round(width * dense), height: Math.round(height * dense) })
  }
  const frame = frameOf(width, height, MARGIN, state.view)
  drawSolid(state, frame, sharp)
  pen.setTransform(dense, 0, 0, dense, 0, 0)
  pen.clearRect(0, 0, width, height)
  drawBox(pen, { ...state.data, ...state.data.fields[state.field] }, state.view, frame, state.look)
  pen.drawImage(solid, 0, 0, width, height)
  state.data.paths.forEach((path, k) => drawPath(state, frame, path, drapedOver(state, frameAt(state))[k]))
}

/** The path over the field that is shown, made once for each. */
function drapedOver(state, at) {
  const { rows, cols } = state.data.fields[state.field]
  const key = [state.field, at, state.version].join()
  if (state.draped?.key !== key) {
    const { heights } = state.unpacked[state.field].at(at)
    const surface = (x, y) => (heightAt(heights, rows, cols, x, y) / TALL + 1) / 2
    state.draped = { key, paths: state.data.paths.map(({ points }) => draped(points, surface)) }
  }
  return state.draped.paths
}

/** A path up to the player's step: what the solid hides is fainter; a mark at its end. */
function drawPath(state, frame, { color, dash, steps }, path) {
  const { pen } = state.sheet
  const project = projector(state.view, frame)
  const shown = path.filter((point) => !point || steps[point[3]] <= (state.told.step ?? Infinity))
  const seen = shown.map((point) => point && project(2 * point[0] - 1, 2 * point[1] - 1, (2 * point[2] - 1) * TALL))
  pen.strokeStyle = pen.fillStyle = color
  pen.lineWidth = 2.5
  pen.lineJoin = "round"
  for (const hidden of [true, false]) {
    pen.setLineDash(hidden ? [2, 4] : dash)
    pen.globalAlpha = hidden ? 0.45 : 1
    pen.beginPath()
    for (let k = 1; k < seen.length; k++) {
      if (!seen[k - 1] || !seen[k] || isHidden(state, seen[k], frame) !== hidden) continue
      const begins = k === 1 || !seen[k - 2] || isHidden(state, seen[k - 1], frame) !== hidden
      if (begins) pen.moveTo(seen[k - 1][0], seen[k - 1][1])
      pen.lineTo(seen[k][0], seen[k][1])
    }
    pen.stroke()
  }
  pen.setLineDash([])
  pen.globalAlpha = 1
  const end = seen.findLast((point) => point)
  if (end) disc(pen, end, 6, state.look.ground)
  if (seen[0]) disc(pen, seen[0], 3.5, state.look.ground)
}

function disc(pen, [x, y], radius, edge) {
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.fill()
  pen.lineWidth = 1.5
  pen.strokeStyle = edge
  pen.stroke()
}

function isHidden({ zoom, buffers, sheet: { solid } }, [x, y, depth], { width }) {
  const [column, row] = [Math.round((x * solid.width) / width), Math.round(y * zoom)]
  const inside = column >= 0 && column < solid.width && row >= 0 && row < solid.height
  return inside && buffers.depths[row * solid.width + column] > depth + 0.05
}

/** Colours and font of the theme as it is now. */
function lookOf(element, data) {
  const style = getComputedStyle(element)
  const ground = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
  const grid = style.getPropertyValue("--st-border-color").trim() || "#888888"
  const last = data.fields[0].edges.length - 2
  const bands = Array.from({ length: last + 1 }, (_, k) => OPACITY[0] + ((OPACITY[1] - OPACITY[0]) * k) / last)
  const palettes = data.fields.map(({ color }) => paletteOf(rgb(color), rgb(ground), bands))
  return { ground, text: style.color, font: style.fontFamily, grid, palettes }
}

function names(list, paths) {
  list.replaceChildren(...paths.map(({ name, color, dash }) => {
    const item = document.createElement("li")
    const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    sample.setAttribute("width", "28")
    sample.setAttribute("height", "8")
    sample.innerHTML = '<line x1="0" y1="4" x2="28" y2="4" stroke-width="3"/>'
    sample.firstChild.setAttribute("stroke", color)
    sample.firstChild.setAttribute("stroke-dasharray", dash.join(" "))
    item.append(sample, name)
    return item
  }))
}

function choices(set, state, redraw) {
  const { fields } = state.data
  set.hidden = fields.length < 2
  const shown = [...set.querySelectorAll("input")].map((input) => input.value).join()
  if (shown !== fields.map(({ name }) => name).join()) {
    const legend = document.createElement("legend")
    legend.textContent = "Surface shown"
    set.replaceChildren(legend, ...fields.map(({ name }) => {
      const [option, input, text] = ["label", "input", "span"].map((tag) => document.createElement(tag))
      Object.assign(input, { type: "radio", name: "field", value: name })
      text.textContent = name
      option.append(input, text)
      return option
    }))
  }
  set.querySelectorAll("input").forEach((input, k) => {
    input.checked = k === state.field
    input.onchange = () => { state.field = k; redraw() }
  })
}

function handle(canvas, state, redraw) {
  let from
  canvas.onpointerdown = (event) => { canvas.setPointerCapture(event.pointerId); from = [event.clientX, event.clientY] }
  canvas.onpointermove = (event) => {
    if (!from) return
    state.view = turned(state.view, event.clientX - from[0], event.clientY - from[1])
    from = [event.clientX, event.clientY]
    redraw()
  }
  canvas.onpointerup = canvas.onpointercancel = () => { from = undefined }
  canvas.onkeydown = (event) => {
    if (event.key === "Home") state.view = FIRST
    else if (event.key in KEYS) state.view = turned(state.view, ...KEYS[event.key])
    else return
    event.preventDefault()
    redraw()
  }
}

export default function ({ data: [data], parentElement }) {
  const root = parentElement.querySelector(".surface")
  const canvas = root.querySelector("canvas")
  const state = (parentElement.nnviz ??= { view: FIRST, field: 0, version: 0, sheet: sheet(canvas) })
  state.leave?.()
  state.version += 1
  Object.assign(state, { data, unpacked: data.fields.map(unpack) })
  state.field = Math.min(state.field, data.fields.length - 1)
  state.look = lookOf(root, data)
  const follow = (values) => ({ frame: values[data.frame], step: values[`${data.frame}_step`] })
  state.told = follow(toldValues())
  let [waiting, rest] = [0, 0]
  // while it moves, one pixel a point; sharp as soon as it rests
  const redraw = () => {
    waiting ||= requestAnimationFrame(() => { waiting = 0; draw(state, false) })
    clearTimeout(rest)
    rest = setTimeout(() => draw(state, true), 160)
  }
  canvas.style.height = `${data.height}px`
  canvas.setAttribute("aria-label", `${data.words} Turn it with the arrow keys; Home turns it back.`)
  handle(canvas, state, redraw)
  choices(root.querySelector("fieldset"), state, redraw)
  names(root.querySelector("ul"), data.paths)
  const above = root.querySelector("button")
  above.onclick = () => { state.view = state.view.elevation === ABOVE.elevation ? FIRST : ABOVE; redraw() }
  const deaf = hear((values) => {
    const now = follow(values)
    if (now.frame === state.told.frame && now.step === state.told.step) return
    state.told = now
    redraw()
  })
  const size = new ResizeObserver(() => draw(state, true))
  size.observe(canvas)
  draw(state, true)
  state.leave = () => { deaf(); size.disconnect(); cancelAnimationFrame(waiting); clearTimeout(rest) }
  return () => state.leave()
}
