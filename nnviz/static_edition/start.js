// Start the app in the browser. The components look for a script below /static/js/ to find their modules
// (nnviz/web/components.py), so the edition has this file there.
const root = new URL("../../", import.meta.url)
const { stlite, failed, options } = JSON.parse(document.getElementById("settings").textContent)

/** The address of a page of the app, with the settings of the present link. @param {string} page */
const address = (page) => `${root.pathname}${page}${location.search}${location.hash}`

// stlite takes the path at which it starts for that of the whole app. Each page has a folder of its own, so that its
// address can be opened: the app starts above it, and then shows that page.
const page = location.pathname.slice(root.pathname.length).replace(/\/?(index\.html)?$/, "")
history.replaceState(null, "", address(""))
const whole = (path) => new URL(path, root).href
if (options.pyodideUrl) options.pyodideUrl = whole(options.pyodideUrl)
for (const [name, path] of Object.entries(options.wheelUrls ?? {})) options.wheelUrls[name] = whole(path)
import(whole(stlite))
  .then(({ mount }) => {
    mount(options, document.getElementById("root"))
    history.replaceState(null, "", address(page))
  })
  .catch((error) => {
    console.error(error)
    document.getElementById("told").textContent = failed
  })
