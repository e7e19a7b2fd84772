// A slider of Streamlit, read while a hand moves it: Streamlit itself sends nothing until release.

/**
 * The value of the slider in the element of class st-key-<key>, or the place of its option; undefined where there is none.
 * A range that is counted from its lower end has no exact 0.
 */
export function readSlider(key) {
  const input = document.querySelector(`.st-key-${key} input`)
  if (!input) return undefined
  return Math.abs(input.value) < 1e-9 * (input.max - input.min) ? 0 : Number(input.value)
}
