// Compute numbers that follow the live values in the browser. Pure; tested by Node.

/**
 * A polynomial of degree two in live values (nnviz/web/live_latex.py). `of` are the coefficients of 1, of each u, and of
 * each product of two, where u is the change of the live values `names` from `at` in units of `reach`.
 * @typedef {{names: string[], at: number[], reach: number[], of: number[]}} LiveNumber
 */

/** The changes u of the live values. @param {Omit<LiveNumber, "of">} follows @param {Record<string, any>} live */
export function changes({ names, at, reach }, live) {
  return names.map((name, k) => ((live[name] ?? at[k]) - at[k]) / reach[k])
}

/** The value of a polynomial with the coefficients `of`. @param {number[]} of @param {number[]} moved */
export function evaluate(of, moved) {
  const powers = [1, ...moved, ...moved.flatMap((u, i) => moved.slice(i).map((v) => u * v))]
  return of.reduce((sum, coefficient, k) => sum + coefficient * powers[k], 0)
}

/** A published result: a number, or one that follows live values. @param {unknown} result @param {Record<string, any>} live */
export function resultOf(result, live) {
  if (typeof result !== "object" || result === null) return result
  const number = /** @type {LiveNumber} */ (result)
  return evaluate(number.of, changes(number, live))
}
