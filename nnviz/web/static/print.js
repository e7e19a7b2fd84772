// Rules for paper: charts keep their background, so that a dark page's pale labels stay readable; no handles.
import { PRINTED_CHART } from "./dom.js"

const RULES = `@media print { ${PRINTED_CHART} .nnviz-ring { display: none !important; } }`

/** Put the rules into the page, once. */
export function addPrintRules() {
  addRules("nnviz-print", RULES)
}

/** Put rules into the page under an id, once. @param {string} id @param {string} rules */
export function addRules(id, rules) {
  if (document.getElementById(id)) return
  const style = document.createElement("style")
  style.id = id
  style.textContent = rules
  document.head.append(style)
}
