// Tell the server which chapter was opened: a component of its own, in a fragment (nnviz/web/chapters.py).
import { turns } from "./chapters.js"

/** @param {import("./state.js").Component<object>} component */
export default function ({ setStateValue }) {
  turns.send = setStateValue
  return () => {
    if (turns.send === setStateValue) turns.send = undefined
  }
}
