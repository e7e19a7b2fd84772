// Choose round numbers on an axis, and write numbers. Pure; tested by Node.

/** Round numbers in [low, high], about `count` of them. @param {number} low @param {number} high @returns {number[]} */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count
  if (!(rough > 0) || !Number.isFinite(rough)) return [low]
  const power = 10 ** Math.floor(Math.log10(rough))
  const steps = [1, 2, 5, 10].map((mantissa) => mantissa * power)
  const step = steps.find((size) => size >= rough / 1.5) ?? steps[3]
  const first = Math.ceil(low / step - 1e-9)
  const all = Math.floor(high / step + 1e-9) - first + 1
  return Array.from({ length: all }, (_, k) => Number(((first + k) * step).toPrecision(12)))
}

/** A number as a tick writes it, with an exponent if decimals would be long. @param {number} value */
export function tickText(value) {
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential().replace("e+", "e") : String(value)
  return text.replaceAll("-", "−")
}

/**
 * A number with so many significant digits: its sign, "" or "−", its digits, and its power of ten, or "".
 * @param {number} value @param {number} digits @returns {[string, string, string]}
 */
export function significant(value, digits) {
  if (!Number.isFinite(value)) return ["", Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞", ""]
  const sign = value < 0 ? "−" : ""
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e")
  const power = Number(exponent)
  const plain = power >= -4 && power < digits
  const text = String(Number(plain ? Math.abs(value).toPrecision(digits) : mantissa))
  return [sign, text, plain ? "" : String(power).replace("-", "−")]
}
