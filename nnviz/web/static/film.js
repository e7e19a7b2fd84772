// Film a run: a picture of a chart at each frame of its player, as an animated GIF.
import { pixelsOf } from "./chart_picture.js"
import { isRunning } from "./dom.js"
import { frequentColors, writeGif } from "./gif.js"

const MOST = 60 // frames; a longer run is shown at frames that are evenly apart
const WIDEST = 640 // pixels
const SHORTEST = 4 // hundredths of a second for a frame: programs show shorter ones more slowly
const END = 150 // hundredths of a second that the last frame stays

/** The numbers of the frames that a film shows, the first and the last among them. @param {number} count of the run */
export function framesOf(count) {
  const shown = Math.min(count, MOST)
  return Array.from({ length: shown }, (_, k) => Math.round((k * (count - 1)) / Math.max(shown - 1, 1)))
}

/** How long each frame is seen, in hundredths of a second. @param {number} count @param {number} shown @param {number} rate frames per second */
export const durationOf = (count, shown, rate) => Math.max(Math.round((100 * count) / shown / rate), SHORTEST)

/** Wait until the charts have followed: Vega draws in a frame after the one that it heard in. */
const drawn = () =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))

/** Wait until the server has sent all frames. */
async function arrived() {
  while (isRunning()) await new Promise((done) => setTimeout(done, 50))
}

/**
 * Film a run; then the player stands where it stood.
 * @param {import("./shown.js").Player} player @param {() => Promise<import("./chart_picture.js").Drawn>} take
 * @param {(share: number) => void} tell @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function film(player, take, tell) {
  await player.ready()
  await arrived()
  const before = player.at()
  const shot = async (/** @type {number} */ frame) => {
    player.stand(frame)
    await drawn()
    const one = await take()
    const sheet = await pixelsOf(one, Math.min(WIDEST / one.width, 2))
    const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"))
    return pen.getImageData(0, 0, sheet.width, sheet.height)
  }
  try {
    const frames = framesOf(player.frames())
    const last = frames.length - 1
    const samples = []
    for (const k of new Set([0, last >> 1, last])) samples.push(await shot(frames[k]))
    const { width, height } = samples[0]
    const file = writeGif(width, height, frequentColors(samples.map(({ data }) => data)))
    const duration = durationOf(player.frames(), frames.length, player.rate())
    for (const [k, frame] of frames.entries()) {
      file.add((await shot(frame)).data, k === last ? END : duration)
      tell((k + 1) / frames.length)
    }
    return file.end()
  } finally {
    player.stand(before)
  }
}
