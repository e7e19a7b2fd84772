// Where a player stands among its frames 0 ... last, and where it goes. Pure; tested by Node.

const SLOW_STOPS = 10 // of a run, for those who asked for less motion
const LONG = 20 // frames of a run whose shares mean something

/** The place after some milliseconds of playing, frames and parts of frames; the end is the end. */
export function advanced(at, milliseconds, rate, last) {
  return Math.min(at + (milliseconds * rate) / 1000, last)
}

/** The next of about ten stops on the way to the end, for those who asked for less motion. */
export function nextStop(at, last) {
  return Math.min(Math.floor(at) + Math.max(Math.ceil(last / SLOW_STOPS), 1), last)
}

/** Where a key goes from here: arrows one frame, ten with Shift; undefined for other keys. */
export function byKey(key, wide, at, last) {
  const by = wide ? 10 : 1
  const to = { ArrowLeft: at - by, ArrowDown: at - by, ArrowRight: at + by, ArrowUp: at + by, Home: 0, End: last }[key]
  return to === undefined ? undefined : Math.min(Math.max(Math.floor(to), 0), last)
}

/**
 * Where to stand when frames arrive: whoever stood in the middle of a run stands at the same frame of the new one, or, if
 * long runs differ in length, at the same share. `later` is that place where its frames are not here yet. Else `begin`,
 * and there too if as many frames are to begin elsewhere than before: somebody chose that place.
 * @param {{run?: string, at: number, last?: number, begin?: number}} before
 * @param {{run: string, last: number, begin: number, loaded: boolean}} now
 * @returns {{at: number, later?: number}}
 */
export function arrival(before, { run, last, begin, loaded }) {
  if (before.run === run) return { at: Math.min(before.at, last) }
  const comparable = before.last === last || Math.min(before.last, last) > LONG
  const chosen = before.last === last && before.begin !== begin
  if (before.run === undefined || before.at >= before.last || !comparable || chosen) return { at: begin }
  const same = before.last === last ? before.at : Math.round((before.at / before.last) * last)
  return loaded ? { at: same } : { at: begin, later: same }
}
