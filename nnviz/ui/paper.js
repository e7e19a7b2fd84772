// What is printed: charts keep their ground, so that a dark page's pale labels stay readable; nothing to press.
const RULES = `@media print {
  svg.marks { print-color-adjust: exact; break-inside: avoid; }
  .nnviz-ring { display: none !important; }
}`

/** Put the rules into the page, once. */
export function forPaper() {
  if (document.getElementById("nnviz-paper")) return
  const style = document.createElement("style")
  style.id = "nnviz-paper"
  style.textContent = RULES
  document.head.append(style)
}
