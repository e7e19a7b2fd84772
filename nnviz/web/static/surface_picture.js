// A drawn surface as a picture of its own, with the names of its paths below.

const LINE = 26 // pixels below the surface
const SAMPLE = 28 // pixels of a line beside its name

/**
 * Copy a drawing, and write the names of its paths below. @param {HTMLCanvasElement} drawing
 * @param {{height: number, paths: {name: string, color: string, dash: number[]}[]}} data height: of the drawing on the page
 * @param {{ground: string, text: string, font: string}} look @returns {import("./chart_picture.js").Drawn}
 */
export function withNames(drawing, { height, paths }, { ground, text, font }) {
  const dense = drawing.height / height
  const tall = height + (paths.length ? LINE : 0)
  const size = { width: drawing.width, height: Math.round(tall * dense) }
  const canvas = Object.assign(document.createElement("canvas"), size)
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  pen.fillStyle = ground
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(drawing, 0, 0)
  pen.scale(dense, dense)
  pen.font = `13px ${font}`
  pen.lineWidth = 3
  const y = height + LINE / 2
  let x = 8
  for (const { name, color, dash } of paths) {
    pen.strokeStyle = color
    pen.setLineDash(dash)
    pen.beginPath()
    pen.moveTo(x, y)
    pen.lineTo(x + SAMPLE, y)
    pen.stroke()
    pen.fillStyle = text
    pen.fillText(name, x + SAMPLE + 6, y + 4)
    x += pen.measureText(name).width + 2 * SAMPLE
  }
  return { width: drawing.width / dense, height: tall, canvas }
}
