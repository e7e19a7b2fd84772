// Draw a surface as a solid: projection, and rasterising with a depth buffer. Pure; tested by Node.
//
// The box is x, y in [-1, 1] and z in [-TALL, TALL], z upwards, seen from infinitely far (orthographic). `azimuth`
// turns it about z, `elevation` is how high the eye stands, both in radians. On the screen x goes right, y down, and
// depth grows towards the eye. At elevation π/2 and azimuth 0 it is the map: x right, y up.

/** @typedef {{azimuth: number, elevation: number}} View */
/** @typedef {{width: number, height: number, scale: number}} Frame size in pixels, and pixels of a box unit */
/**
 * The corners of a surface on the screen: x, y, depth, band and shade of each.
 * @typedef {{rows: number, cols: number, x: Float32Array, y: Float32Array, depth: Float32Array, shade: Float32Array,
 *   band: ArrayLike<number>}} Field
 * @typedef {{palette: Uint32Array, width: number, height: number, pixels: Uint32Array, depths: Float32Array,
 *   bands: number}} Paint
 */

export const TALL = 0.6
export const SHADES = 96
const LOW = 1.25 // half the height of the box on the screen, where the eye stands as it does at first

/**
 * The largest scale at which the box stays inside for every azimuth; one for all but steep views. @returns {Frame}
 * @param {number} width @param {number} height @param {number} margin @param {View} view
 */
export function frameOf(width, height, margin, { elevation }) {
  const tall = Math.max(LOW, Math.SQRT2 * Math.sin(elevation) + TALL * Math.cos(elevation))
  const scale = Math.min((width / 2 - margin) / Math.SQRT2, (height / 2 - 0.8 * margin) / tall)
  return { width, height, scale: Math.max(scale, 1) }
}

/** From box coordinates to [screen x, screen y, depth]. @param {View} view @param {Frame} frame */
export function projector({ azimuth, elevation }, { width, height, scale }) {
  const [ca, sa, ce, se] = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(elevation), Math.sin(elevation)]
  return (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => {
    const right = x * ca - y * sa
    const away = x * sa + y * ca
    return [width / 2 + scale * right, height / 2 - scale * (away * se + z * ce), z * se - away * ce]
  }
}

/**
 * The view after a drag by that many pixels; the eye stays above the ground. @param {View} view @returns {View}
 * @param {number} right @param {number} down
 */
export function turned(view, right, down) {
  const elevation = Math.min(Math.max(view.elevation + down * 0.008, 0.08), Math.PI / 2)
  return { azimuth: view.azimuth - right * 0.01, elevation }
}

/**
 * Where a value lies among ascending edges, as a number in [0, edges.length - 1]; outside, the nearest.
 * @param {number[]} edges @param {number} value
 */
export function place(edges, value) {
  const last = edges.length - 1
  if (!(value > edges[0])) return 0
  if (value >= edges[last]) return last
  let low = 0
  for (let high = last; high - low > 1; ) {
    const middle = (low + high) >> 1
    if (edges[middle] <= value) low = middle
    else high = middle
  }
  return low + (value - edges[low]) / (edges[low + 1] - edges[low])
}

/**
 * The corners of a height field on the screen.
 * heights: rows (y ascending) × cols (x ascending), z in the box, nan where there is none; bands: the band coordinate.
 * x, y, depth, band and shade (0 ... SHADES - 1, the light from the upper left behind the eye) of each corner.
 * @param {ArrayLike<number>} heights @param {ArrayLike<number>} bands @param {number} rows @param {number} cols @param {View} view @param {Frame} frame @returns {Field}
 */
export function corners(heights, bands, rows, cols, view, frame) {
  const out = {
    rows,
    cols,
    x: new Float32Array(rows * cols),
    y: new Float32Array(rows * cols),
    depth: new Float32Array(rows * cols),
    shade: new Float32Array(rows * cols),
    band: bands,
  }
  const project = projector(view, frame)
  const light = lightOf(view)
  for (let row = 0, k = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, k++) {
      ;[out.x[k], out.y[k], out.depth[k]] = project((2 * col) / (cols - 1) - 1, (2 * row) / (rows - 1) - 1, heights[k])
      const dx = (slope(heights, k, col, cols, 1) * (cols - 1)) / 2
      const dy = (slope(heights, k, row, rows, cols) * (rows - 1)) / 2
      const shine = (light[2] - dx * light[0] - dy * light[1]) / Math.sqrt(1 + dx * dx + dy * dy)
      out.shade[k] = (shine < 0 ? -0.7 * shine : shine) * (SHADES - 1) // the underside is lit less
    }
  }
  return out
}

/** @param {View} view */
function lightOf({ azimuth, elevation }) {
  const [right, up, near] = [-0.35, 0.45, 0.82]
  const away = up * Math.sin(elevation) - near * Math.cos(elevation)
  return [
    right * Math.cos(azimuth) + away * Math.sin(azimuth),
    away * Math.cos(azimuth) - right * Math.sin(azimuth),
    up * Math.cos(elevation) + near * Math.sin(elevation),
  ]
}

/** @param {ArrayLike<number>} heights @param {number} k @param {number} at @param {number} count @param {number} stride */
function slope(heights, k, at, count, stride) {
  const before = at > 0 && Number.isFinite(heights[k - stride]) ? k - stride : k
  const after = at < count - 1 && Number.isFinite(heights[k + stride]) ? k + stride : k
  return before === after ? 0 : ((heights[after] - heights[before]) * stride) / (after - before)
}

/**
 * Draw the field into `pixels` (width × height, RGBA as Uint32) where it is nearest, and its depth into `depths`.
 * palette: colors, bands × SHADES. Triangles with a corner that is not finite are left out.
 * @param {Field} field @param {Uint32Array} palette @param {number} width @param {number} height @param {Uint32Array} pixels @param {Float32Array} depths
 */
export function rasterise(field, palette, width, height, pixels, depths) {
  pixels.fill(0)
  depths.fill(-Infinity)
  const paint = { palette, width, height, pixels, depths, bands: palette.length / SHADES }
  for (let row = 0; row + 1 < field.rows; row++) {
    for (let col = 0; col + 1 < field.cols; col++) {
      const k = row * field.cols + col
      triangle(field, k, k + 1, k + field.cols, paint)
      triangle(field, k + field.cols, k + 1, k + field.cols + 1, paint)
    }
  }
}

/** @param {Field} field @param {number} a @param {number} b @param {number} c @param {Paint} paint */
function triangle({ x, y, depth, band, shade }, a, b, c, { palette, width, height, pixels, depths, bands }) {
  const area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
  if (!(Math.abs(area) > 1e-9)) return
  const top = Math.max(Math.ceil(Math.min(y[a], y[b], y[c]) - 0.5), 0)
  const bottom = Math.min(Math.floor(Math.max(y[a], y[b], y[c]) - 0.5), height - 1)
  // every quantity is linear on the screen: its value at a, its change along x and along y
  const plane = (/** @type {ArrayLike<number>} */ q) => {
    const [qb, qc] = [q[b] - q[a], q[c] - q[a]]
    return [(qb * (y[c] - y[a]) - qc * (y[b] - y[a])) / area, (qc * (x[b] - x[a]) - qb * (x[c] - x[a])) / area]
  }
  const [zx, zy] = plane(depth)
  const [bx, by] = plane(band)
  const [sx, sy] = plane(shade)
  // a contour line is about a pixel wide; there is none where all would be lines
  const edge = 0.7 * (Math.abs(bx) + Math.abs(by))
  for (let line = top; line <= bottom; line++) {
    const v = line + 0.5
    let [from, to] = [Infinity, -Infinity]
    for (let side = 0; side < 3; side++) {
      const p = side === 0 ? a : side === 1 ? b : c
      const q = side === 0 ? b : side === 1 ? c : a
      if (y[p] <= v === y[q] <= v) continue
      const at = x[p] + ((v - y[p]) / (y[q] - y[p])) * (x[q] - x[p])
      if (at < from) from = at
      if (at > to) to = at
    }
    const first = Math.max(Math.ceil(from - 0.5), 0)
    const last = Math.min(Math.ceil(to - 0.5) - 1, width - 1)
    const [u0, v0] = [first + 0.5 - x[a], v - y[a]]
    let z = depth[a] + zx * u0 + zy * v0
    let t = band[a] + bx * u0 + by * v0
    let s = shade[a] + sx * u0 + sy * v0
    for (let k = line * width + first; k <= line * width + last; k++, z += zx, t += bx, s += sx) {
      if (z <= depths[k]) continue
      depths[k] = z
      const which = t < 0 ? 0 : t >= bands ? bands - 1 : t | 0
      const lit = edge < 0.5 && which > 0 && t - which < edge ? 0.7 * s : s
      pixels[k] = palette[which * SHADES + (lit < 0 ? 0 : lit >= SHADES ? SHADES - 1 : lit | 0)]
    }
  }
}

/** @param {string} color "#rrggbb", "rgb(r, g, b)" @returns {number[]} red, green, blue */
export function rgb(color) {
  if (color.startsWith("#")) return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
  return (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
}

/**
 * Colors, bands × SHADES as RGBA in Uint32: those of the bands over `ground`, as opaque as given, then shaded.
 * @param {number[][]} colors @param {number[]} ground @param {number[]} opacities
 */
export function paletteOf(colors, ground, opacities) {
  const palette = new Uint32Array(opacities.length * SHADES)
  opacities.forEach((opacity, band) => {
    const base = ground.map((value, i) => value + (colors[band][i] - value) * opacity)
    for (let shade = 0; shade < SHADES; shade++) {
      const share = shade / (SHADES - 1)
      const lit = base.map((value) => Math.min(Math.round(value * (0.6 + 0.42 * share) + 8 + 14 * share), 255))
      palette[band * SHADES + shade] = ((255 << 24) | (lit[2] << 16) | (lit[1] << 8) | lit[0]) >>> 0
    }
  })
  return palette
}

/**
 * The height of a field at shares x, y of the box, linear in each between the corners; nan outside and at holes.
 * @param {ArrayLike<number>} heights @param {number} rows @param {number} cols @param {number} x @param {number} y
 */
export function heightAt(heights, rows, cols, x, y) {
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return NaN
  const [u, v] = [x * (cols - 1), y * (rows - 1)]
  const [col, row] = [Math.min(Math.floor(u), cols - 2), Math.min(Math.floor(v), rows - 2)]
  const at = (/** @type {number} */ i, /** @type {number} */ j) => heights[(row + i) * cols + col + j]
  const [du, dv] = [u - col, v - row]
  return (1 - dv) * ((1 - du) * at(0, 0) + du * at(0, 1)) + dv * ((1 - du) * at(1, 0) + du * at(1, 1))
}

/**
 * A path over a surface: between its points, which stay where they are, it goes as the surface goes.
 * points: [x, y, z] each, or null where the path breaks; surface: z at x, y. Each result also has the number of the
 * point that it leads to. @returns {(number[] | null)[]}
 * @param {(number[] | null)[]} points @param {(x: number, y: number) => number} surface
 */
export function draped(points, surface, pieces = 40) {
  /** @type {(number[] | null)[]} */
  const path = []
  points.forEach((point, k) => {
    const before = points[k - 1]
    if (point && before) {
      const count = Math.min(Math.ceil(Math.hypot(point[0] - before[0], point[1] - before[1]) * pieces), pieces)
      const [above, beyond] = [before, point].map(([x, y, z]) => z - surface(x, y))
      for (let i = 1; i < count; i++) {
        const share = i / count
        const [x, y, straight] = point.map((value, axis) => before[axis] + share * (value - before[axis]))
        const z = surface(x, y) + above + share * (beyond - above)
        path.push([x, y, Number.isFinite(z) ? z : straight, k])
      }
    }
    path.push(point && [...point, k])
  })
  return path
}
