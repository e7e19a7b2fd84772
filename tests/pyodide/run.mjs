// Run a Python file in Pyodide: node run.mjs FOLDER_OF_PYODIDE FOLDER_OF_NNVIZ FILE PACKAGE…
import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"

const [home, root, file, ...packages] = process.argv.slice(2)
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`).href)
const python = await loadPyodide({ indexURL: `${home}/` })
await python.loadPackage(packages, { messageCallback() {} })
python.FS.mkdirTree("/app/nnviz") // of the whole folder, Pyodide cannot list the sockets that other programs may put there
python.mountNodeFS("/app/nnviz", `${root}/nnviz`)
try {
  python.runPython("import sys; sys.path.insert(0, '/app'); sys.dont_write_bytecode = True")
  python.runPython(readFileSync(file, "utf8"))
} catch ({ message }) {
  console.error(message) // and not the stack, which quotes the whole interpreter
  process.exitCode = 1
}
