// Part of the teacher's page: remembers the room in this browser, so that a page that is loaded again, or served by another
// process, finds it; shows its code; and takes the keys of a clicker here and in the window of the class.
import { draw } from "./share_link.js"
import { find, listen, stateFor } from "./state.js"

/**
 * What nnviz/lessons/classroom sends: the room that the page knows, or whether it has ended.
 * @typedef {{code: string, secret: string, ended: boolean, texts: {joinAt: string}}} Data
 * @typedef {{code: string, secret: string}} Room
 */

const BASE = new URL("../../", import.meta.url)
const NAME = `nnviz-teacher-${BASE.pathname}`
const KEYS = /** @type {Record<string, number>} */ ({ PageDown: 1, PageUp: -1 })
const TYPED = "input, textarea, select, [contenteditable=true]"

const stateOf = stateFor(() => ({ code: "", offered: "", at: "", end: () => {} }))

/** The room that this browser remembers. @returns {Room | null} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "null")
  } catch {
    return null // no storage in this frame, or something else is stored there
  }
}

/** @param {Room | null} room */
function remember(room) {
  try {
    if (room) localStorage.setItem(NAME, JSON.stringify(room))
    else localStorage.removeItem(NAME)
  } catch {
    // without storage the room lives as long as this page
  }
}

/** @param {HTMLElement} box @param {string} code @param {string} joinAt */
async function drawJoin(box, code, joinAt) {
  const address = new URL(`room/${code}`, BASE)
  find(box, "p").textContent = `${joinAt} ${address.host}${address.pathname}`
  const answer = await fetch(new URL(`room/${code}/qr?of=${encodeURIComponent(address.href)}`, BASE))
  const { rows } = await answer.json()
  draw(/** @type {SVGSVGElement} */ (find(box, "svg")), rows)
}

/** @param {import("./state.js").Component<Data>} component */
export default function ({ data: [{ code, secret, ended, texts }], parentElement, setStateValue, setTriggerValue }) {
  const state = stateOf(parentElement)
  const box = /** @type {HTMLElement} */ (find(parentElement, ".console"))
  box.hidden = code === ""
  if (ended) remember(null)
  else if (code) remember({ code, secret })
  else {
    const room = remembered()
    if (room && room.code !== state.offered) {
      state.offered = room.code
      setStateValue("room", room)
    }
  }
  if (code === state.code) return
  state.code = code
  state.end()
  if (!code) return
  drawJoin(box, code, texts.joinAt)
  const channel = new BroadcastChannel(`nnviz-room-${code}`)
  channel.onmessage = ({ data: { move, at } }) => {
    if (move) setTriggerValue("move", move)
    if (typeof at === "string" && at !== state.at) {
      state.at = at
      setStateValue("at", at)
    }
  }
  const stop = listen({
    keydown: (/** @type {KeyboardEvent} */ event) => {
      const by = KEYS[event.key]
      if (!by || (event.target instanceof Element && event.target.closest(TYPED))) return
      event.preventDefault()
      setTriggerValue("move", by)
    },
  })
  state.end = () => {
    channel.close()
    stop()
  }
  return state.end
}
