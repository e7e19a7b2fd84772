// Draw surfaces that turn under the pointer or the arrow keys, with paths on them that follow the player.
import { drawBox } from "./axes_box.js"
import { liveValues, subscribe } from "./live_bus.js"
import {
  corners,
  draped,
  frameOf,
  heightAt,
  paletteOf,
  place,
  projector,
  rasterise,
  rgb,
  TALL,
  turned,
} from "./projection.js"
import { ownPictures } from "./shown.js"
import { find, stateFor } from "./state.js"
import { withNames } from "./surface_picture.js"

/**
 * What nnviz/web/surface_3d.py sends. Heights and points are shares of the box, 0 ... 1; a point is null where the path
 * leaves the box. `frames` holds one field a frame of the player, 16 bits a corner, 0 where there is no value.
 * @typedef {{name: string, colors: string[], low: number, high: number, edges: number[], rows: number, cols: number,
 *   frames: string}} Field
 * @typedef {{name: string, color: string, dash: number[], steps: number[], points: (number[] | null)[]}} Path
 * @typedef {{fields: Field[], paths: Path[], domain: number[][], labels: string[], log: boolean, frame: string,
 *   key: string, words: string, height: number, choose: string, start: string, view: View}} Data
 */

/** @typedef {import("./projection.js").View} View */
/** @typedef {import("./projection.js").Frame} Frame */
/** @typedef {ReturnType<typeof unpack>} Unpacked */
/** @typedef {ReturnType<typeof lookOf>} Look */

const ABOVE = { azimuth: 0, elevation: Math.PI / 2 }
const OPACITY = [0.03, 0.62] // of the first band and the last, as on the contour (nnviz/charts/contour_image.py)
const MARGIN = 44
const MOST_NUMBERED = 9 // updates of a path that is not longer
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] }

/** The fields of `frames`, unpacked: heights in the box and band coordinates. @param {Field} field */
function unpack({ frames, rows, cols, edges }) {
  const codes = new Uint16Array(Uint8Array.from(atob(frames), (sign) => sign.charCodeAt(0)).buffer)
  const shares = Float32Array.from(codes, (code) => (code ? (code - 1) / 65534 : NaN))
  const heights = shares.map((share) => (2 * share - 1) * TALL)
  const bands = shares.map((share) => place(edges, share))
  const size = rows * cols
  const cut = (/** @type {Float32Array} */ values, /** @type {number} */ frame) =>
    values.subarray(frame * size, (frame + 1) * size)
  return {
    count: codes.length / size,
    at: (/** @type {number} */ frame) => ({ heights: cut(heights, frame), bands: cut(bands, frame) }),
  }
}

/**
 * What is drawn on: the page's canvas, and a smaller one beside it that holds the solid alone.
 * @param {HTMLCanvasElement} canvas
 */
function sheet(canvas) {
  return { canvas, pen: penOf(canvas), solid: document.createElement("canvas"), drawn: "" }
}

/** @param {HTMLCanvasElement} canvas */
const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))

const stateOf = stateFor(() => ({
  view: /** @type {View} */ (/** @type {unknown} */ (undefined)),
  field: 0, // the number of the surface that is shown
  version: 0,
  data: /** @type {Data} */ (/** @type {unknown} */ (undefined)),
  unpacked: /** @type {Unpacked[]} */ ([]),
  look: /** @type {Look} */ (/** @type {unknown} */ (undefined)),
  sheet: /** @type {ReturnType<typeof sheet>} */ (/** @type {unknown} */ (undefined)),
  buffers: /** @type {{image: ImageData, pixels: Uint32Array, depths: Float32Array} | undefined} */ (undefined),
  draped: /** @type {{key: string, paths: (number[] | null)[][]} | undefined} */ (undefined),
  live: /** @type {{frame?: number, step?: number}} */ ({}), // of the player
  zoom: 1,
  leave: () => {},
}))
/** @typedef {ReturnType<typeof stateOf>} State */

/** @param {State} state @param {Frame} frame @param {boolean} sharp */
function prepare(state, { width, height }, sharp) {
  const zoom = sharp ? Math.max(2, Math.ceil(devicePixelRatio)) : 1
  const { solid } = state.sheet
  if (solid.width !== width * zoom || solid.height !== height * zoom || !state.buffers) {
    Object.assign(solid, { width: width * zoom, height: height * zoom })
    const image = new ImageData(solid.width, solid.height)
    const depths = new Float32Array(solid.width * solid.height)
    state.buffers = { image, pixels: new Uint32Array(image.data.buffer), depths }
  }
  return { zoom, buffers: state.buffers }
}

/**
 * Which of the field's frames is shown: that of the player, the last until there is one.
 * @param {State} state
 */
function frameAt({ unpacked, field, live }) {
  const last = unpacked[field].count - 1
  return Math.min(Math.max(live.frame ?? last, 0), last)
}

/**
 * The solid for this view, unless it is there already.
 * @param {State} state @param {Frame} frame @param {boolean} sharp
 */
function drawSolid(state, frame, sharp) {
  const { data, view, look } = state
  const unpacked = state.unpacked[state.field]
  const at = frameAt(state)
  const key = [view.azimuth, view.elevation, state.field, at, frame.width, frame.height, sharp, state.version].join()
  if (state.sheet.drawn === key) return
  const { zoom, buffers } = prepare(state, frame, sharp)
  const large = { width: frame.width * zoom, height: frame.height * zoom, scale: frame.scale * zoom }
  const { rows, cols } = data.fields[state.field]
  const { heights, bands } = unpacked.at(at)
  const { image, pixels, depths } = buffers
  const solid = corners(heights, bands, rows, cols, view, large)
  rasterise(solid, look.palettes[state.field], large.width, large.height, pixels, depths)
  penOf(state.sheet.solid).putImageData(image, 0, 0)
  state.sheet.drawn = key
  state.zoom = zoom
}

/** @param {State} state @param {boolean} sharp */
function draw(state, sharp) {
  const { canvas, pen, solid } = state.sheet
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
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
  drapedOver(state, frameAt(state)).forEach((path, k) => {
    drawPath(state, frame, state.data.paths[k], path)
  })
}

/**
 * The path over the field that is shown, made once for each.
 * @param {State} state @param {number} at
 */
function drapedOver(state, at) {
  const { rows, cols } = state.data.fields[state.field]
  const key = [state.field, at, state.version].join()
  if (state.draped?.key !== key) {
    const { heights } = state.unpacked[state.field].at(at)
    const surface = (/** @type {number} */ x, /** @type {number} */ y) =>
      (heightAt(heights, rows, cols, x, y) / TALL + 1) / 2
    state.draped = { key, paths: state.data.paths.map(({ points }) => draped(points, surface)) }
  }
  return state.draped.paths
}

/**
 * A path up to the player's step: what the solid hides is fainter; a mark at its end.
 * @param {State} state @param {Frame} frame @param {Path} style @param {(number[] | null)[]} path
 */
function drawPath(state, frame, { name, color, dash, steps }, path) {
  const { pen } = state.sheet
  const project = projector(state.view, frame)
  const shown = path.filter((point) => !point || steps[point[3]] <= (state.live.step ?? Number.POSITIVE_INFINITY))
  const seen = shown.map((point) => point && project(2 * point[0] - 1, 2 * point[1] - 1, (2 * point[2] - 1) * TALL))
  pen.strokeStyle = pen.fillStyle = color
  pen.lineWidth = 2.5
  pen.lineJoin = "round"
  for (const hidden of [true, false]) {
    pen.setLineDash(hidden ? [2, 4] : dash)
    pen.globalAlpha = hidden ? 0.45 : 1
    pen.beginPath()
    for (let k = 1; k < seen.length; k++) {
      const [from, to] = [seen[k - 1], seen[k]]
      if (!from || !to || isHidden(state, to, frame) !== hidden) continue
      const begins = k === 1 || !seen[k - 2] || isHidden(state, from, frame) !== hidden
      if (begins) pen.moveTo(from[0], from[1])
      pen.lineTo(to[0], to[1])
    }
    if (!hidden) {
      Object.assign(pen, { strokeStyle: "#ffffff", lineWidth: 5 }) // an edge that sets it off from the surface
      pen.setLineDash([])
      pen.stroke()
      Object.assign(pen, { strokeStyle: color, lineWidth: 2.5 })
      pen.setLineDash(dash)
    }
    pen.stroke()
  }
  pen.setLineDash([])
  pen.globalAlpha = 1
  markUpdates(state, shown, seen, steps, path.length > 1 ? state.data.start : name)
  const end = seen.findLast((point) => point)
  if (end) disc(pen, end, 6, state.look.ground)
  if (seen[0]) disc(pen, seen[0], 3.5, state.look.ground)
}

/**
 * Dots with the numbers of the updates on a path that shows few of them, and a word at its first point.
 * @param {State} state @param {(number[] | null)[]} shown @param {(number[] | null)[]} seen @param {number[]} steps
 * @param {string} word
 */
function markUpdates({ sheet: { pen }, look }, shown, seen, steps, word) {
  const ends = shown.flatMap((point, k) => (point && shown[k + 1]?.[3] !== point[3] ? [k] : []))
  if (ends.length > MOST_NUMBERED + 1) return
  const { fillStyle } = pen
  Object.assign(pen, { font: `600 15px ${look.font}`, textAlign: "left", textBaseline: "alphabetic" })
  for (const k of ends) {
    const place = seen[k]
    if (!place) continue
    disc(pen, place, 5, look.ground)
    const words = k === ends[0] ? word : String(steps[shown[k]?.[3] ?? 0])
    Object.assign(pen, { strokeStyle: "#ffffff", lineWidth: 4, fillStyle: "#1b2330" })
    pen.strokeText(words, place[0] + 9, place[1] - 8)
    pen.fillText(words, place[0] + 9, place[1] - 8)
    pen.fillStyle = fillStyle
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number[]} place @param {number} radius @param {string} edge */
function disc(pen, [x, y], radius, edge) {
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.fill()
  pen.lineWidth = 1.5
  pen.strokeStyle = edge
  pen.stroke()
}

/** @param {State} state @param {number[]} place @param {Frame} frame */
function isHidden({ zoom, buffers, sheet: { solid } }, [x, y, depth], { width }) {
  const [column, row] = [Math.round((x * solid.width) / width), Math.round(y * zoom)]
  const inside = column >= 0 && column < solid.width && row >= 0 && row < solid.height
  return inside && buffers !== undefined && buffers.depths[row * solid.width + column] > depth + 0.05
}

/**
 * Colors and font of the theme as it is now.
 * @param {Element} element @param {Data} data
 */
function lookOf(element, data) {
  const style = getComputedStyle(element)
  const ground = style.getPropertyValue("--st-background-color").trim() || "#ffffff"
  const grid = style.getPropertyValue("--st-border-color").trim() || "#888888"
  const last = data.fields[0].edges.length - 2
  const bands = Array.from({ length: last + 1 }, (_, k) => OPACITY[0] + ((OPACITY[1] - OPACITY[0]) * k) / last)
  const palettes = data.fields.map(({ colors }) => {
    if (colors.length > 1) return paletteOf(colors.map(rgb), rgb(ground), Array(last + 1).fill(1))
    return paletteOf(Array(last + 1).fill(rgb(colors[0])), rgb(ground), bands)
  })
  return { ground, text: style.color, font: style.fontFamily, grid, palettes }
}

/**
 * Draw a surface as on a light page. @param {State} state @param {HTMLElement} root
 * @returns {() => void} what gives it its look back
 */
function whiten(state, root) {
  const look = (/** @type {boolean} */ white) => {
    root.classList.toggle("white", white)
    state.look = lookOf(root, state.data)
    state.version += 1
    draw(state, true)
  }
  look(true)
  return () => look(false)
}

/** Let a surface be taken from the page. @param {State} state @param {HTMLElement} root */
function offer(state, root) {
  return ownPictures.offer({
    node: root,
    key: state.data.key,
    words: state.data.words,
    follows: state.data.frame ? [state.data.frame] : [],
    bitmap: true,
    whiten: () => whiten(state, root),
    async take(white) {
      const back = white ? whiten(state, root) : () => {}
      draw(state, true)
      const { canvas } = state.sheet
      const taken = withNames(canvas, { ...state.data, height: canvas.clientHeight }, state.look)
      back()
      return taken
    },
  })
}

/** @param {HTMLElement} list @param {Path[]} paths */
function names(list, paths) {
  list.replaceChildren(
    ...paths.map(({ name, color, dash }) => {
      const item = document.createElement("li")
      const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg")
      sample.setAttribute("width", "28")
      sample.setAttribute("height", "8")
      sample.innerHTML = '<line x1="0" y1="4" x2="28" y2="4" stroke-width="3"/>'
      const line = find(sample, "line")
      line.setAttribute("stroke", color)
      line.setAttribute("stroke-dasharray", dash.join(" "))
      item.append(sample, name)
      return item
    }),
  )
}

/** @param {HTMLFieldSetElement} set @param {State} state @param {() => void} redraw */
function choices(set, state, redraw) {
  const { fields } = state.data
  set.hidden = fields.length < 2
  const shown = [...set.querySelectorAll("input")].map((input) => input.value).join()
  if (shown !== fields.map(({ name }) => name).join()) {
    const legend = document.createElement("legend")
    legend.textContent = state.data.choose
    set.replaceChildren(
      legend,
      ...fields.map(({ name }) => {
        const [option, input, text] = ["label", "input", "span"].map((tag) => document.createElement(tag))
        Object.assign(input, { type: "radio", name: "field", value: name })
        text.textContent = name
        option.append(input, text)
        return option
      }),
    )
  }
  set.querySelectorAll("input").forEach((input, k) => {
    input.checked = k === state.field
    input.onchange = () => {
      state.field = k
      redraw()
    }
  })
}

/** @param {HTMLCanvasElement} canvas @param {State} state @param {() => void} redraw */
function handle(canvas, state, redraw) {
  /** @type {number[] | undefined} */
  let from
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId)
    from = [event.clientX, event.clientY]
  }
  canvas.onpointermove = (event) => {
    if (!from) return
    state.view = turned(state.view, event.clientX - from[0], event.clientY - from[1])
    from = [event.clientX, event.clientY]
    redraw()
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    from = undefined
  }
  canvas.onkeydown = (event) => {
    if (event.key === "Home") state.view = state.data.view
    else if (event.key in KEYS) state.view = turned(state.view, ...KEYS[event.key])
    else return
    event.preventDefault()
    redraw()
  }
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [data], parentElement }) {
  /** @type {HTMLElement} */
  const root = find(parentElement, ".surface")
  /** @type {HTMLCanvasElement} */
  const canvas = find(root, "canvas")
  const state = stateOf(parentElement)
  state.sheet ??= sheet(canvas)
  state.leave()
  state.version += 1
  Object.assign(state, { data, unpacked: data.fields.map(unpack) })
  state.view ??= data.view
  state.field = Math.min(state.field, data.fields.length - 1)
  state.look = lookOf(root, data)
  const follow = (/** @type {import("./live_bus.js").Values} */ values) => ({
    frame: values[data.frame],
    step: values[`${data.frame}_step`],
  })
  state.live = follow(liveValues())
  let waiting = 0
  let rest = 0
  // while it moves, one pixel a point; sharp as soon as it rests
  const redraw = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0
      draw(state, false)
    })
    clearTimeout(rest)
    rest = window.setTimeout(() => draw(state, true), 160)
  }
  canvas.style.height = `min(${data.height}px, 95vw)` // a phone shows no more than a square
  canvas.setAttribute("aria-label", data.words)
  handle(canvas, state, redraw)
  choices(find(root, "fieldset"), state, redraw)
  names(
    find(root, "ul"),
    data.paths.filter(({ steps }) => steps.length > 1),
  ) // a single point is named where it is
  /** @type {HTMLButtonElement} */
  const above = find(root, "button")
  above.onclick = () => {
    state.view = state.view.elevation === ABOVE.elevation ? data.view : ABOVE
    redraw()
  }
  const unsubscribe = subscribe((values) => {
    const now = follow(values)
    if (now.frame === state.live.frame && now.step === state.live.step) return
    state.live = now
    redraw()
  }, parentElement)
  const withdraw = offer(state, root)
  const size = new ResizeObserver(() => draw(state, true))
  size.observe(canvas)
  draw(state, true)
  state.leave = () => {
    unsubscribe()
    withdraw()
    size.disconnect()
    cancelAnimationFrame(waiting)
    clearTimeout(rest)
  }
  return () => state.leave()
}
