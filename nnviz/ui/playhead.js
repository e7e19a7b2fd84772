// Where a player stands among its frames 0 ... last, and where it goes. Pure; tested by Node.

const SLOW_STOPS = 10 // of a run, for those who asked for less motion

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
 * Where to stand when frames arrive: a run of as many frames, all of them here, keeps the place; else `begin`.
 * @param {{run?: string, at: number, last?: number}} before
 * @param {{run: string, last: number, begin: number, loaded: boolean}} now
 */
export function arrival(before, { run, last, begin, loaded }) {
  if (before.run === run) return Math.min(before.at, last)
  return before.run !== undefined && loaded && before.last === last && before.at < last ? before.at : begin
}
