// What a chapter shows besides the charts of Vega: pictures that its components draw themselves, and its players.
import { isHidden } from "./dom.js"

/**
 * A picture of a component. `follows` names the live values that it follows. `take` draws it, `white` as on a light page.
 * `bitmap`: it is made of pixels, so that there is no SVG of it. `whiten` draws it as on a light page, and returns what gives
 * it its look back.
 * @typedef {{node: Element, key: string, words: string, follows: string[], bitmap: boolean,
 *   whiten: () => () => void,
 *   take: (white: boolean) => Promise<import("./chart_picture.js").Drawn>}} OwnPicture
 */

/**
 * A player. `names` are the live values that it publishes. `ready` is fulfilled when the charts have all frames.
 * @typedef {{node: Element, names: () => string[], frames: () => number, rate: () => number, at: () => number,
 *   ready: () => Promise<void>, stand: (frame: number) => void}} Player
 */

/** @template {{node: Element}} T */
function register() {
  /** @type {Set<T>} */
  const all = new Set()
  return {
    /** @param {T} one @returns {() => void} what takes it away again */
    offer(one) {
      all.add(one)
      return () => all.delete(one)
    },
    shown: () => [...all].filter(({ node }) => node.isConnected && !isHidden(node)),
  }
}

/** @type {ReturnType<typeof register<OwnPicture>>} */
export const ownPictures = register()
/** @type {ReturnType<typeof register<Player>>} */
export const players = register()
