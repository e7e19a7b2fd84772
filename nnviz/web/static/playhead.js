// Choose the frame of a player among 0 … last. Pure; tested by Node.

const SLOW_STOPS = 10 // of a run, for those who asked for less motion
const LONG = 20 // frames: only in longer runs, the same share of two runs means the same

/**
 * The place after some milliseconds of playing, in frames and parts of frames; the end is the end. The milliseconds may
 * be negative at first: a browser gives the next frame a time that may lie before the press.
 * @param {number} at @param {number} milliseconds @param {number} rate frames per second @param {number} last
 */
export function advanced(at, milliseconds, rate, last) {
  return Math.min(at + (Math.max(milliseconds, 0) * rate) / 1000, last)
}

/**
 * Where playing stands on its way from one place to the next: at the mark, if it is not passed before.
 * @param {number} from @param {number} to @param {number | null} mark a frame
 */
export function haltedAt(from, to, mark) {
  return mark !== null && from < mark && mark <= to ? mark : to
}

/** The next of about ten stops on the way to the end, for those who asked for less motion. @param {number} at @param {number} last */
export function nextStop(at, last) {
  return Math.min(Math.floor(at) + Math.max(Math.ceil(last / SLOW_STOPS), 1), last)
}

/**
 * The frame that a key leads to: arrows by one frame, ten with Shift; undefined for other keys.
 * @param {string} key @param {boolean} wide @param {number} at @param {number} last
 */
export function byKey(key, wide, at, last) {
  const by = wide ? 10 : 1
  /** @type {Record<string, number>} */
  const keys = { ArrowLeft: at - by, ArrowDown: at - by, ArrowRight: at + by, ArrowUp: at + by, Home: 0, End: last }
  const to = keys[key]
  return to === undefined ? undefined : Math.min(Math.max(Math.floor(to), 0), last)
}

/**
 * Choose the frame to show when new frames arrive. A reader who stopped in the middle of a run keeps the frame in the new
 * run, or the same share if both runs are long and differ in length; `later` is that frame if it is not loaded yet.
 * Otherwise the new run is shown at `begin`, also if only `begin` has changed, because somebody chose it. Nobody chose a
 * `begin` at the `mark` of the run.
 * @param {{run?: string, at: number, last?: number, begin?: number, mark?: number | null}} before
 * @param {{run: string, last: number, begin: number, loaded: boolean, mark?: number | null}} now
 * @returns {{at: number, later?: number}}
 */
export function frameOnArrival(before, { run, last, begin, loaded, mark = null }) {
  if (before.run === run) return { at: Math.min(before.at, last) }
  if (before.run === undefined || before.last === undefined || before.at >= before.last) return { at: begin }
  if (typeof before.mark === "number" && before.at === before.begin) return { at: begin }
  const comparable = before.last === last || Math.min(before.last, last) > LONG
  const chosen = before.last === last && before.begin !== begin && begin !== mark
  if (!comparable || chosen) return { at: begin }
  const same = before.last === last ? before.at : Math.round((before.at / before.last) * last)
  return loaded ? { at: same } : { at: begin, later: same }
}
