// Reads LaTeX strings as a JSON list from standard input, and writes for each the elements of KaTeX's MathML that have a
// wrong number of children, such as "msub 3", or null for what is no formula by itself.
import { readFileSync } from "node:fs"
import katex from "katex"

const CHILDREN = { msub: 2, msup: 2, msubsup: 3, mfrac: 2, mover: 2, munder: 2, munderover: 3, mroot: 2 }

/** @param {string} latex @returns {string[]} */
function wrongElements(latex) {
  const markup = katex.renderToString(latex, { output: "mathml", strict: "ignore", displayMode: true })
  const open = [{ name: "", children: 0 }]
  const wrong = []
  for (const [, end, name, empty] of markup.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/gi)) {
    if (end) {
      const { name: closed, children } = open.pop() ?? { name: "", children: 0 }
      if (closed in CHILDREN && CHILDREN[closed] !== children) wrong.push(`${closed} ${children}`)
    } else {
      open[open.length - 1].children += 1
      if (!empty) open.push({ name, children: 0 })
    }
  }
  return wrong
}

const found = JSON.parse(readFileSync(0, "utf8")).map((latex) => {
  try {
    return wrongElements(latex)
  } catch {
    return null
  }
})
process.stdout.write(JSON.stringify(found))
