// Write an animated GIF by gifenc. Pure; tested by Node, and read again by Pillow.
import { applyPalette, GIFEncoder } from "./vendor/gifenc.js"

const NONE = 255 // the number of the color that is no color: a pixel that stays as it was
const MOST = 255 // colors
const KEEP = 1 // what the next frame does not draw stays as it is

/** A color as three bytes becomes one of 32768: the five upper bits of each. */
const coarse = (/** @type {number} */ red, /** @type {number} */ green, /** @type {number} */ blue) =>
  ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3)

/**
 * The most frequent colors of pictures, at most 255: of those that differ in their lower bits, the most frequent.
 * @param {Uint8ClampedArray[]} pictures RGBA @returns {number[][]} red, green, blue
 */
export function frequentColors(pictures) {
  /** @type {Map<number, number>} */
  const counts = new Map()
  for (const pixels of pictures)
    for (let at = 0; at < pixels.length; at += 4) {
      const color = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]
      counts.set(color, (counts.get(color) ?? 0) + 1)
    }
  /** @type {Map<number, {color: number[], all: number}>} */
  const groups = new Map()
  for (const [color, count] of [...counts].sort((one, other) => other[1] - one[1])) {
    const bytes = [color >> 16, (color >> 8) & 255, color & 255]
    const group = groups.get(coarse(bytes[0], bytes[1], bytes[2]))
    if (group) group.all += count
    else groups.set(coarse(bytes[0], bytes[1], bytes[2]), { color: bytes, all: count })
  }
  const frequent = [...groups.values()].sort((one, other) => other.all - one.all)
  return frequent.slice(0, MOST).map(({ color }) => color)
}

/**
 * Write a GIF that repeats. @param {number} width @param {number} height @param {number[][]} colors at most 255
 * @returns {{add: (pixels: Uint8ClampedArray, hundredths: number) => void, end: () => Uint8Array<ArrayBuffer>}} `add` takes
 * a frame as RGBA and how long it is seen; a frame that equals the one before makes that one longer
 */
export function writeGif(width, height, colors) {
  const encoder = GIFEncoder()
  const palette = Array.from({ length: 256 }, (_, number) => colors[number] ?? [0, 0, 0])
  /** @type {{numbers: Uint8Array, before: Uint8Array | null, hundredths: number} | null} */
  let waiting = null // the last frame, until it is known how long it is seen
  const write = () => {
    if (!waiting) return
    const { numbers, before, hundredths } = waiting
    const drawn = before ? numbers.map((number, at) => (number === before[at] ? NONE : number)) : numbers
    const shown = { transparent: before !== null, transparentIndex: NONE, dispose: KEEP }
    encoder.writeFrame(drawn, width, height, { ...(before ? {} : { palette }), ...shown, delay: 10 * hundredths })
  }
  const add = (/** @type {Uint8ClampedArray} */ pixels, /** @type {number} */ hundredths) => {
    const numbers = applyPalette(pixels, colors)
    const before = waiting?.numbers ?? null
    if (waiting && before && numbers.every((number, at) => number === before[at])) {
      waiting.hundredths += hundredths
      return
    }
    write()
    waiting = { numbers, before, hundredths }
  }
  const end = () => {
    write()
    encoder.finish()
    return encoder.bytes()
  }
  return { add, end }
}
