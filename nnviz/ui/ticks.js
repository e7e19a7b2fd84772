// Round numbers on an axis, and how they are said. Pure; tested by Node.

/** Round numbers in [low, high], about `count` of them. @returns {number[]} */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / count
  if (!(rough > 0) || !Number.isFinite(rough)) return [low]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((mantissa) => mantissa * power).find((one) => one >= rough / 1.5)
  const first = Math.ceil(low / step - 1e-9)
  const all = Math.floor(high / step + 1e-9) - first + 1
  return Array.from({ length: all }, (_, k) => Number(((first + k) * step).toPrecision(12)))
}

/** A number as a tick says it; exponents where decimals would be long. */
export function tickText(value) {
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential().replace("e+", "e") : String(value)
  return text.replaceAll("-", "−")
}

/** A number in so many significant digits: its sign, "" or "−", its digits, and the power of ten they stand for, or "". */
export function significant(value, digits) {
  if (!Number.isFinite(value)) return ["", Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞", ""]
  const sign = value < 0 ? "−" : ""
  const [mantissa, power] = Math.abs(value).toExponential(digits - 1).split("e")
  const plain = power >= -4 && power < digits
  const text = String(Number(plain ? Math.abs(value).toPrecision(digits) : mantissa))
  return [sign, text, plain ? "" : String(Number(power)).replace("-", "−")]
}
