// Run a Python file in Pyodide: node run.mjs FOLDER_OF_PYODIDE ROOT FILE PACKAGES MOUNTED, the last two as lists in JSON.
// PACKAGES are those of Pyodide; MOUNTED are folders and files of pure Python that stand beside nnviz.
import { readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import { pathToFileURL } from "node:url"

const [home, root, file, packages, mounted] = process.argv.slice(2)
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`).href)
const python = await loadPyodide({ indexURL: `${home}/` })
await python.loadPackage(JSON.parse(packages), { messageCallback() {} })
// Of the whole folder, Pyodide cannot list the sockets that other programs may put there.
for (const path of [`${root}/nnviz`, `${root}/pages`, ...JSON.parse(mounted)]) {
  const place = `/app/${basename(path)}`
  if (statSync(path).isDirectory()) {
    python.FS.mkdirTree(place)
    python.mountNodeFS(place, path)
  } else python.FS.writeFile(place, readFileSync(path))
}
try {
  python.runPython("import sys; sys.path.insert(0, '/app'); sys.dont_write_bytecode = True")
  python.runPython(readFileSync(file, "utf8"))
} catch ({ message }) {
  console.error(message) // and not the stack, which quotes the whole interpreter
  process.exitCode = 1
}
