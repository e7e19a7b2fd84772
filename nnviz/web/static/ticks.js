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

/** A number as a tick writes it, with a power of ten if decimals would be long. @param {number} value */
export function tickText(value) {
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return String(value).replace("-", "−")
  const [mantissa, power] = size.toExponential().split("e")
  return joined(value < 0 ? "−" : "", mantissa, String(Number(power)))
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

/** A number as nnviz/web/wording.py writes it: 6.6 × 10⁴, 10⁻⁸. @param {string} sign @param {string} digits @param {string} power of ten, or "" */
export function joined(sign, digits, power) {
  if (power === "") return sign + digits
  const raised = power.replace(/[-−]/, "⁻").replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)])
  return `${sign}${digits === "1" ? "" : `${digits} × `}10${raised}`
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

/** A text in which other programs wrote numbers, with signs and powers as we write them. @param {string} text */
export function withOurNumbers(text) {
  return text.replace(
    /(?<![\w.])([-−]?)(\d+(?:\.\d+)?)(?:e([-−+]?)0*(\d+))?(?![\w.])/g,
    (_, sign, digits, negative, power) =>
      joined(
        sign && "−",
        digits,
        power === undefined ? "" : `${negative === "-" || negative === "−" ? "−" : ""}${power}`,
      ),
  )
}
