// The screen of a student in a class room, and that of the class on a projector (?screen). It is a page of its own,
// without a session of Streamlit: 300 of them cost the server little. The pages of the app are in a frame below.
import { resultOf } from "./live_number.js"
import { drawResults } from "./room_scatter.js"
import { draw } from "./share_link.js"
import { filled } from "./state.js"

/**
 * What students may know of a room (nnviz/classroom/room.py).
 * @typedef {{kind: "choice" | "numbers", text: string, choices: string[], across: string, up: string, name: string,
 *   open: boolean}} Asked
 * @typedef {{counts: number[], points: [number, number][], right: number, reply: string}} Shown
 * @typedef {{version: number, link: string, follow: boolean, paused: boolean, round: number, ask: Asked | null,
 *   shown: Shown | null}} State
 */

const BASE = new URL("../../", import.meta.url) // where the app is mounted
const main = /** @type {HTMLElement} */ (document.getElementById("room"))
/** @type {Record<string, string>} */
const texts = JSON.parse(main.dataset.texts ?? "{}")
const code = main.dataset.code ?? ""
const isScreen = new URLSearchParams(location.search).has("screen")
const channel = new BroadcastChannel(`nnviz-room-${code}`)
const KEYS = /** @type {Record<string, number>} */ ({ PageDown: 1, PageUp: -1 })

let token = ""
let follows = true
let page = "" // of the frame
let at = "" // where the frame of the class is, after the teacher has changed something in it
let seen = "" // where it was at the last look
/** @type {{round: number, value: unknown} | null} */
let mine = null
let said = ""
/** @type {State | null} */
let room = null
let showsJoin = isScreen // the code of the room, large, until the lesson goes on

/**
 * An element. @template {keyof HTMLElementTagNameMap} K @param {K} name @param {Record<string, unknown>} values
 * @param {(Node | string)[]} children @returns {HTMLElementTagNameMap[K]}
 */
function make(name, values = {}, ...children) {
  const element = Object.assign(document.createElement(name), values)
  element.append(...children)
  return element
}

const head = make("header")
const card = make("section", { ariaLive: "polite" })
const frame = make("iframe", { title: texts.class, hidden: true })
main.append(head, card, frame)

/** @param {number} seconds */
const sleep = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds))

/** Ask the server, and give the status, 0 without an answer, and what it says. @param {string} path @param {unknown} [body] @returns {Promise<[number, any]>} */
async function ask(path, body) {
  try {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }
    const answer = await fetch(new URL(`room/${code}/${path}`, BASE), {
      ...options,
      signal: AbortSignal.timeout(20000),
    })
    return [answer.status, await answer.json()]
  } catch {
    return [0, {}]
  }
}

/** Send an answer until the server has kept it or refused it. @param {unknown} value */
async function send(value) {
  const sent = { round: room?.round ?? 0, value }
  mine = sent
  said = texts.sending ?? ""
  render()
  while (mine === sent) {
    const [status, told] = await ask("answer", { token, ...sent })
    if (mine !== sent) return
    said = status === 200 ? texts.sent : (told.error ?? texts.again)
    render()
    if (status !== 0 && status < 500) return
    await sleep(0.5 + 1.5 * Math.random())
  }
}

/** @param {Asked} asked */
function drawChoices(asked) {
  const shown = room?.shown
  const all = Math.max(
    1,
    (shown?.counts ?? []).reduce((sum, count) => sum + count, 0),
  )
  const buttons = asked.choices.map((choice, place) => {
    const isMine = mine?.round === room?.round && mine?.value === place
    const button = make("button", {
      type: "button",
      disabled: !asked.open || isScreen || room?.paused,
      className: `choice${isMine ? " mine" : ""}${shown?.right === place ? " right" : ""}`,
      ariaPressed: String(isMine),
      onclick: () => send(place),
    })
    button.append(make("b", {}, String.fromCharCode(65 + place)), make("span", {}, choice))
    if (shown) {
      const count = shown.counts[place] ?? 0
      const marks = [shown.right === place ? texts.right : "", isMine ? texts.wrong : ""].filter(Boolean).join(" ")
      button.append(make("small", {}, `${count} ${marks}`))
      button.style.setProperty("--share", `${(100 * count) / all}%`)
    }
    return button
  })
  return make("div", { className: "choices" }, ...buttons)
}

/** The two numbers that the page in the frame has published for a challenge (nnviz/web/live.py), as they are now. @param {string} name */
function shownResult(name) {
  const shown = /** @type {{nnviz?: {live: Record<string, unknown>}} | null} */ (
    /** @type {unknown} */ (frame.contentWindow)
  )
  const live = shown?.nnviz?.live ?? {}
  return [live[`${name}_across`], live[`${name}_up`]].map((result) => resultOf(result, live))
}

/** @param {Asked} asked */
function drawNumbers(asked) {
  const shown = room?.shown?.points ?? []
  if (shown.length > 0) {
    const own = mine?.round === room?.round ? mine?.value : null
    const words = `${filled(texts.results ?? "", { count: shown.length })} ${own ? texts.ownResult : ""}`
    return make("div", {}, drawResults(shown, asked, own, words), make("p", {}, words))
  }
  const sent = mine?.round === room?.round && Array.isArray(mine?.value) ? mine.value : ["", ""]
  const boxes = [asked.across, asked.up].map((label, place) => {
    const value = String(sent[place])
    const box = make("input", { type: "text", inputMode: "decimal", autocomplete: "off", value })
    return { box, label: make("label", {}, label, box) }
  })
  const form = make("form", { className: "numbers results-form" }, ...boxes.map(({ label }) => label))
  const disabled = !asked.open || room?.paused
  if (asked.name && page) {
    const take = () => {
      const numbers = shownResult(asked.name)
      if (numbers.every(Number.isFinite)) send(numbers.map((number) => Number(Number(number).toPrecision(6))))
      else {
        said = texts.noResult ?? ""
        tell()
      }
    }
    form.append(make("button", { type: "button", className: "first", disabled, onclick: take }, texts.take ?? ""))
  }
  form.append(make("button", { disabled }, texts.send ?? ""))
  form.onsubmit = (event) => {
    event.preventDefault()
    const typed = boxes.map(({ box }) => box.value.trim().replace(",", "."))
    const numbers = typed.map(Number)
    if (typed.every(Boolean) && numbers.every(Number.isFinite)) send(numbers)
    else {
      said = texts.number ?? ""
      tell()
    }
  }
  return isScreen ? make("div") : form
}

function tell() {
  const place = card.querySelector("output")
  if (place) place.textContent = said
}

let drawn = ""

/** Draw the question, or what there is to say. A question that is already there keeps what was typed into it. */
function drawCard() {
  const waits = !isScreen && page === ""
  const now = JSON.stringify([room?.round, room?.ask, room?.shown, room?.paused, mine, room === null, waits, showsJoin])
  if (now === drawn) return tell()
  drawn = now
  const output = make("output")
  if (!room) card.replaceChildren(output)
  else if (room.paused) card.replaceChildren(make("p", {}, texts.paused ?? ""))
  else if (room.ask) {
    const asked = room.ask
    const body = asked.kind === "choice" ? drawChoices(asked) : drawNumbers(asked)
    const parts = [make("h1", {}, asked.text), body, ...(room.shown ? [] : [output])]
    if (room.shown?.reply) parts.push(make("p", { className: "reply" }, room.shown.reply))
    else if (!asked.open && !room.shown) parts.push(make("p", {}, texts.closed ?? ""))
    card.replaceChildren(...parts)
  } else if (showsJoin) card.replaceChildren(drawJoin())
  else card.replaceChildren(...(waits ? [make("p", {}, texts.wait ?? "")] : []))
  tell()
}

/** The address of the room, and the squares that a phone reads. */
function drawJoin() {
  const address = new URL(`room/${code}`, BASE)
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  ask(`qr?of=${encodeURIComponent(address.href)}`).then(([, { rows }]) => rows?.length && draw(svg, rows))
  const words = filled(texts.joinAt ?? "", { address: address.host + address.pathname })
  return make("div", { className: "join" }, svg, make("p", {}, words))
}

function drawFrame() {
  const wanted = room?.link && (isScreen || (room.follow && follows)) ? room.link : page
  if (isScreen && wanted === at) page = wanted
  if (wanted && wanted !== page) {
    page = wanted
    const address = new URL(wanted, BASE)
    if (isScreen) address.searchParams.set("view", "projector")
    else address.searchParams.set("embed", "true") // without the menu, which would take room on a phone
    // Another address in the same window: the browser's back button stays that of the student.
    if (frame.hidden) frame.src = address.href
    else frame.contentWindow?.location.replace(address)
    frame.hidden = false
  }
  main.classList.toggle("framed", page !== "")
}

function drawHead() {
  const parts = [make("strong", {}, filled(texts.code ?? "", { code: code.toUpperCase() }))]
  if (isScreen && room?.link)
    parts.push(make("span", {}, filled(texts.joinAt ?? "", { address: `${BASE.host}${BASE.pathname}room` })))
  if (isScreen) {
    const toggle = () => {
      showsJoin = !showsJoin
      render()
    }
    parts.push(make("button", { type: "button", onclick: toggle }, (showsJoin ? texts.hideCode : texts.showCode) ?? ""))
  } else if (room?.follow) {
    const toggle = () => {
      follows = !follows
      if (follows) page = ""
      render()
    }
    parts.push(make("button", { type: "button", onclick: toggle }, (follows ? texts.leave : texts.follow) ?? ""))
  }
  head.replaceChildren(...parts)
}

function render() {
  drawHead()
  drawFrame()
  drawCard()
}

/** @param {KeyboardEvent} event */
function move(event) {
  const by = KEYS[event.key]
  if (!by || !isScreen) return
  event.preventDefault()
  showsJoin = false
  render()
  channel.postMessage({ move: by })
}

/** Hear the keys of a clicker in the frame, too, and tell the teacher's window where the class is. */
function watchFrame() {
  frame.contentWindow?.addEventListener("keydown", move, { capture: true })
  if (!isScreen) return
  const place = frame.contentWindow?.location
  if (!place?.href.startsWith(BASE.href)) return
  const address = new URL(place.href)
  address.searchParams.delete("view")
  const now = address.href.slice(BASE.href.length)
  const rests = now === seen
  seen = now
  if (!rests) return // the teacher may still be moving something: screens that follow load a page only when it rests
  at = now
  channel.postMessage({ at })
}

/** Follow the room until it ends. */
async function live() {
  let tries = 0
  for (;;) {
    const [status, told] = await ask(`state?after=${room?.version ?? 0}`)
    if (status === 200) {
      const isNew = told.version !== room?.version
      if (told.round !== room?.round || told.shown) said = ""
      if (room && told.round !== room.round) showsJoin = false
      room = told
      tries = 0
      if (isNew || drawn === "") render()
    } else if (status === 404 || status === 429) {
      const words = room ? texts.ended : told.error
      room = null
      drawn = ""
      card.replaceChildren(make("p", {}, words ?? ""))
      return
    } else {
      said = told.error ?? texts.lost ?? ""
      render()
      await sleep(Math.min(0.5 * 2 ** tries++, 8) * (0.5 + Math.random()))
    }
  }
}

/** What this tab remembers under a name; in a frame of another site a browser may refuse to. @param {string} name */
function remembered(name) {
  try {
    return sessionStorage.getItem(name) ?? ""
  } catch {
    return ""
  }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try {
    sessionStorage.setItem(name, value)
  } catch {
    // the student joins again when the page is loaded again
  }
}

/** Join with the token of this browser, or with a new one. */
async function enter() {
  const name = `nnviz-room-${code}`
  token = remembered(name)
  while (!token && !isScreen) {
    said = texts.joining ?? ""
    render()
    const [status, told] = await ask("join", {})
    if (status === 200) {
      token = told.token
      remember(name, token)
    } else if (status !== 0 && status < 500) return card.replaceChildren(make("p", {}, told.error))
    else await sleep(1 + Math.random())
  }
  said = ""
  await live()
}

function askForCode() {
  const box = make("input", { autocapitalize: "none", autocomplete: "off", maxLength: 12 })
  const form = make("form", { className: "numbers" }, make("label", {}, texts.enter ?? "", box))
  form.append(make("button", {}, texts.join ?? ""))
  form.onsubmit = (event) => {
    event.preventDefault()
    location.href = new URL(`room/${encodeURIComponent(box.value.trim().toLowerCase())}`, BASE).href
  }
  card.replaceChildren(form)
}

if (code) {
  main.classList.toggle("screen", isScreen)
  window.addEventListener("keydown", move)
  frame.addEventListener("load", watchFrame)
  if (isScreen) setInterval(watchFrame, 1000)
  enter()
} else askForCode()
