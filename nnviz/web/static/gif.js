// Write an animated GIF (GIF89a, CompuServe 1990). Pure; tested by Node, and read again by Pillow.

const CLEAR = 256 // the codes of pixels have 8 bits, so these two follow
const END = 257
const LONGEST = 4096 // codes of 12 bits
const NONE = 255 // the number of the color that is no color: a pixel that stays as it was
const MOST = 255 // colors

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

/** A function that gives the number of the nearest color. @param {number[][]} colors */
function nearestOf(colors) {
  const known = new Int16Array(32768).fill(-1)
  return (/** @type {number} */ red, /** @type {number} */ green, /** @type {number} */ blue) => {
    const key = coarse(red, green, blue)
    if (known[key] < 0) {
      const far = colors.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2)
      known[key] = far.indexOf(Math.min(...far))
    }
    return known[key]
  }
}

/** Numbers below 256 as LZW codes of growing length, in blocks of at most 255 bytes. @param {Uint8Array} numbers */
function compressed(numbers) {
  /** @type {number[]} */
  const bytes = []
  /** @type {Map<number, number>} */
  let table = new Map()
  let [next, size, held, bits] = [END + 1, 9, 0, 0]
  const write = (/** @type {number} */ code) => {
    held |= code << bits
    for (bits += size; bits >= 8; bits -= 8, held >>>= 8) bytes.push(held & 255)
  }
  write(CLEAR)
  let before = numbers[0]
  for (let at = 1; at < numbers.length; at += 1) {
    const key = (before << 8) | numbers[at]
    const code = table.get(key)
    if (code !== undefined) {
      before = code
      continue
    }
    write(before)
    if (next === LONGEST) {
      write(CLEAR)
      table = new Map()
      next = END + 1
      size = 9
    } else {
      if (next === 1 << size) size += 1
      table.set(key, next)
      next += 1
    }
    before = numbers[at]
  }
  write(before)
  write(END)
  if (bits > 0) bytes.push(held & 255)
  return inBlocks(bytes)
}

/** Bytes in blocks that begin with their length; an empty block ends them. @param {number[]} bytes */
function inBlocks(bytes) {
  const blocks = []
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255)
    blocks.push(block.length, ...block)
  }
  return [...blocks, 0]
}

const word = (/** @type {number} */ number) => [number & 255, number >> 8]

/**
 * The smallest box that holds every pixel that has changed; null if none has.
 * @param {Uint8Array} now @param {Uint8Array | null} before @param {number} width
 */
function changedBox(now, before, width) {
  const height = now.length / width
  if (!before) return { left: 0, top: 0, right: width, bottom: height }
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let at = 0; at < now.length; at += 1) {
    if (now[at] === before[at]) continue
    const [x, y] = [at % width, Math.floor(at / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = y + 1
  }
  return right > left ? { left, top, right, bottom } : null
}

/**
 * Write a GIF that repeats. @param {number} width @param {number} height @param {number[][]} colors
 * @returns {{add: (pixels: Uint8ClampedArray, hundredths: number) => void, end: () => Uint8Array<ArrayBuffer>}} `add` takes
 * a frame as RGBA and how long it is seen; a frame that equals the one before makes that one longer
 */
export function writeGif(width, height, colors) {
  const nearest = nearestOf(colors)
  const table = Array.from({ length: 256 }, (_, number) => colors[number] ?? [0, 0, 0]).flat()
  const head = [...new TextEncoder().encode("GIF89a"), ...word(width), ...word(height), 0xf7, 0, 0, ...table]
  const repeats = [0x21, 0xff, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0]
  const parts = [Uint8Array.from([...head, ...repeats])]
  /** @type {Uint8Array | null} */
  let before = null
  let control = parts[0] // of the last frame: its bytes 4 and 5 say how long it is seen
  const add = (/** @type {Uint8ClampedArray} */ pixels, /** @type {number} */ hundredths) => {
    const now = new Uint8Array(width * height)
    for (let at = 0; at < now.length; at += 1) now[at] = nearest(pixels[4 * at], pixels[4 * at + 1], pixels[4 * at + 2])
    const box = changedBox(now, before, width)
    if (!box) {
      control.set(word(control[4] + 256 * control[5] + hundredths), 4)
      return
    }
    control = Uint8Array.from([0x21, 0xf9, 4, 0x05, ...word(hundredths), NONE, 0])
    parts.push(control, drawn(now, before, width, box))
    before = now
  }
  const end = () => {
    const all = [...parts, Uint8Array.of(0x3b)]
    const file = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of all) {
      file.set(part, at)
      at += part.length
    }
    return file
  }
  return { add, end }
}

/**
 * What a frame changes of the one before.
 * @param {Uint8Array} now @param {Uint8Array | null} before @param {number} width
 * @param {{left: number, top: number, right: number, bottom: number}} box
 */
function drawn(now, before, width, { left, top, right, bottom }) {
  const inside = new Uint8Array((right - left) * (bottom - top))
  for (let y = top, at = 0; y < bottom; y += 1)
    for (let x = left; x < right; x += 1, at += 1) {
      const place = y * width + x
      inside[at] = before && before[place] === now[place] ? NONE : now[place]
    }
  const where = [...word(left), ...word(top), ...word(right - left), ...word(bottom - top), 0]
  return Uint8Array.from([0x2c, ...where, 8, ...compressed(inside)])
}
