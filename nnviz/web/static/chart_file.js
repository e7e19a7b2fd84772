// Save the data of a chart that nnviz/web/downloads.py has written, each answer once.
import { fileName, save } from "./chart_picture.js"
import { stateFor } from "./state.js"

const stateOf = stateFor(() => ({ saved: 0 }))

/** @param {import("./state.js").Component<{number: number, key: string, text: string}>} component */
export default function ({ data: [{ number, key, text }], parentElement }) {
  const state = stateOf(parentElement)
  if (!text || number === state.saved) return
  state.saved = number
  save(`\ufeff${text}`, "text/csv;charset=utf-8", `${fileName(key)}.csv`) // Excel knows UTF-8 by its mark
}
