// Run Python files one after the other in one Pyodide: node run.mjs FOLDER_OF_PYODIDE ROOT PARTS, the last one in JSON.
// A part is [FILE, PACKAGES, MOUNTED]. PACKAGES are those of Pyodide; MOUNTED are folders and files of pure Python that
// stand beside nnviz. A file finds what its own part and the parts before it name.
import { readFileSync, statSync } from "node:fs"
import { basename } from "node:path"
import { pathToFileURL } from "node:url"

const [home, root, parts] = process.argv.slice(2)
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`).href)
const python = await loadPyodide({ indexURL: `${home}/` })
function mount(path) {
  const place = `/app/${basename(path)}`
  if (statSync(path).isDirectory()) {
    python.FS.mkdirTree(place)
    python.mountNodeFS(place, path)
  } else python.FS.writeFile(place, readFileSync(path))
}
// Of the whole folder, Pyodide cannot list the sockets that other programs may put there.
for (const path of [`${root}/nnviz`, `${root}/pages`]) mount(path)
python.runPython("import sys; sys.path.insert(0, '/app'); sys.dont_write_bytecode = True")
try {
  for (const [file, packages, mounted] of JSON.parse(parts)) {
    await python.loadPackage(packages, { messageCallback() {} })
    for (const path of mounted) mount(path)
    python.runPython("import importlib; importlib.invalidate_caches()")
    python.runPython(readFileSync(file, "utf8"))
  }
} catch ({ message }) {
  console.error(message) // and not the stack, which quotes the whole interpreter
  process.exitCode = 1
}
