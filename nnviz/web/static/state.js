// What a component remembers between two runs of the page's script.

/**
 * What Streamlit calls a component with, at its first drawing and at each run. The data are the one item of a list.
 * @template D
 * @typedef {object} Component
 * @property {[D]} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * A function that gives the state of the component in an element: what `create` makes at the first call.
 * @template S @param {() => S} create @returns {(parent: Node) => S}
 */
export function stateFor(create) {
  /** @type {WeakMap<Node, S>} */
  const states = new WeakMap()
  return (parent) => {
    let state = states.get(parent)
    if (!state) {
      state = create()
      states.set(parent, state)
    }
    return state
  }
}

/**
 * The element of a component's own markup. @template {Element} E
 * @param {ParentNode} parent @param {string} selector @returns {E}
 */
export function find(parent, selector) {
  return /** @type {E} */ (parent.querySelector(selector))
}

/**
 * Listen to events of the window before others do. @param {Record<string, (event: any) => void>} listeners
 * @param {AddEventListenerOptions} options @returns {() => void} what ends it
 */
export function listen(listeners, options = {}) {
  const all = Object.entries(listeners)
  for (const [type, listener] of all) window.addEventListener(type, listener, { capture: true, ...options })
  return () => {
    for (const [type, listener] of all) window.removeEventListener(type, listener, { capture: true })
  }
}

/** Put rules into the page under an id, once. @param {string} id @param {string} rules */
export function addRules(id, rules) {
  if (document.getElementById(id)) return
  const style = document.createElement("style")
  style.id = id
  style.textContent = rules
  document.head.append(style)
}

/**
 * A text from nnviz/web/text.py with a value for each {name} in it.
 * @param {string} pattern @param {Record<string, string | number>} values
 */
export function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}
