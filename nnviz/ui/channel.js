// The page's live values, one object in one window event, "nnviz-live": what a hand moves reaches every chart and
// component in the same frame, without the server. A chart listens by nnviz/charts/theme.py, LIVE_SIGNAL.

/** @typedef {Record<string, number | object | null>} Values null where there is none any more */

/** @returns {Values} the values told so far; all components of the page share them */
export function toldValues() {
  return (window.nnvizLive ??= {})
}

/** Tell the values that are new; nothing is sent where none is. @param {Values} values */
export function tell(values) {
  const told = toldValues()
  const changed = Object.entries(values).filter(([name, value]) => told[name] !== value)
  if (changed.length === 0) return
  for (const [name, value] of changed) told[name] = value
  repeat()
}

/** Say all values once more, for a chart that was not there when they were told. */
export function repeat() {
  window.dispatchEvent(new CustomEvent("nnviz-live", { detail: { ...toldValues() } }))
}

/** Call `listen` with all values at each change. @returns {() => void} what ends it */
export function hear(listen) {
  const on = (event) => listen(event.detail)
  window.addEventListener("nnviz-live", on)
  return () => window.removeEventListener("nnviz-live", on)
}

/** From now on, say all values again to every chart that appears: one that was drawn anew has heard none. */
export function retell() {
  window.nnvizRetell ??= new MutationObserver((changes) => {
    const drawn = changes.some(({ addedNodes }) => [...addedNodes].some(({ localName }) => localName === "svg"))
    if (drawn) requestAnimationFrame(repeat)
  })
  window.nnvizRetell.observe(document.body, { subtree: true, childList: true })
}
