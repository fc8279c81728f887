// Kept in localStorage, so that a reload and another tab may still steer; never in the address.
const STORED = "softmax-explorer-steering"
const MOST_SECRETS = 100
const SECRET = /^#steer=([0-9a-f]{64})$/

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function read() {
  try {
    const held = JSON.parse(localStorage.getItem(STORED))
    if (typeof held?.key === "string" && typeof held?.secrets === "object" && held.secrets) return held
  } catch {
    // Unreadable or forbidden: begin anew.
  }
  return { key: random(), secrets: {} }
}

function write(held) {
  try {
    localStorage.setItem(STORED, JSON.stringify(held))
  } catch {
    // A browser that keeps nothing steers until its tab is closed.
  }
}

let held = null
let told = null

export default function ({ setStateValue }) {
  held ??= read()
  const secret = SECRET.exec(location.hash)?.[1]
  const run = new URLSearchParams(location.search).get("run")
  if (secret && run) {
    const entries = Object.entries({ ...held.secrets, [run]: secret }).slice(-MOST_SECRETS)
    held = { ...held, secrets: Object.fromEntries(entries) }
    history.replaceState(history.state, "", location.pathname + location.search)
  }
  write(held)
  const text = JSON.stringify(held)
  if (text !== told) {
    told = text
    setStateValue("held", held)
  }
}
