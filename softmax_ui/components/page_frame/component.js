// Streamlit defines its --st-* variables on components only; page.css needs these on the document.
const LENT = ["background-color", "secondary-background-color", "border-color", "text-color", "primary-color"]
const SPOKEN = ["aria-label", "title", "placeholder"]
// Where our own components draw, nothing of Streamlit's is said, and much changes.
const OURS = ".live-figure, svg, canvas, .katex"
// Only here is a text Streamlit's own; elsewhere it may be a name that a person gave.
const THEIRS = "a[href='#stMain'], [data-testid=stFileUploader], [data-testid=stTooltipContent], [data-testid=stStatusWidget], [data-testid=stConnectionStatus], [data-testid=stException], [role=dialog]"
const SPEAKING = "a, button, input, textarea, label, span, p, div[aria-label], [role], :is([role=dialog], [data-testid=stException], [data-testid=stConnectionStatus]) *"

let words = {}
let observer = null
let fetched = false
const english = new Map() // what stands there now -> what Streamlit had said

// What Streamlit puts together out of a phrase and a value.
function composed(said) {
  if (said.startsWith("Help for ")) return words["Help for"] + said.slice(8)
  const limit = said.match(/^(\d+MB) per file(.*)$/)
  if (limit) return words["{size} per file"].replace("{size}", limit[1]) + limit[2]
  const most = said.match(/^Error: File must be ([\d.]+)\.0MB or smaller\.$/)
  if (most) return words["File must be {size} MB or smaller."].replace("{size}", most[1])
  return /^Error: .* files are not allowed\.$/.test(said) ? words["Files are not allowed."] : undefined
}

function translated(text) {
  const said = english.get(text) ?? text
  const wanted = words[said] ?? composed(said)
  if (wanted === undefined || wanted === text) return null
  english.set(wanted, said)
  return wanted
}

function translate(element) {
  // An icon inside a sentence is spoken as "edit icon", in English; the sentence says enough.
  if (element.getAttribute("role") === "img" && element.ariaLabel?.endsWith(" icon")) {
    element.removeAttribute("aria-label")
    element.setAttribute("aria-hidden", "true")
  }
  for (const name of SPOKEN) {
    const value = element.getAttribute(name)
    const wanted = value && translated(value)
    if (wanted) element.setAttribute(name, wanted)
  }
  if (!element.closest(THEIRS)) return
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
  if (texts.length > 1 && !element.childElementCount) {
    // One sentence that React keeps in several nodes, as "Error: " and what it is.
    const wanted = translated(element.textContent.trim())
    if (wanted) texts.forEach((node, place) => { node.data = place ? "" : wanted })
    return
  }
  for (const node of texts) {
    const wanted = translated(node.data.trim())
    if (wanted) node.data = wanted
  }
}

function translateAll(element) {
  if (element.nodeType !== Node.ELEMENT_NODE || element.closest(OURS)) return
  translate(element)
  for (const inner of element.querySelectorAll(SPEAKING)) {
    if (!inner.closest(OURS)) translate(inner)
  }
}

function watch() {
  document.addEventListener("click", skipMenu, true) // once, however often it is said
  observer ??= new MutationObserver((records) => {
    for (const record of records) {
      // What is said may change where it stands: another text in an element that was there.
      const place = record.type === "characterData" ? record.target.parentElement : record.target
      if (!place?.isConnected || place.closest(OURS)) continue
      translate(place)
      if (record.type === "childList") {
        record.addedNodes.forEach(translateAll)
        // The code of its links may come after the menu.
        if (record.target.closest?.(".st-key-menu")) markOpenPage()
      }
    }
  })
  observer.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SPOKEN,
  })
}

// Streamlit gives the link home an empty address, which on another page means that page: whoever
// opens it in a new tab would stay where they are, and two links would be marked as the open page.
function addressHome(link) {
  const address = link.getAttribute("href")
  if (/^(\?|$)/.test(address)) link.href = new URL(`.${address}`, document.baseURI).href
}

// A screen reader says which page is open, and on a phone the menu is scrolled to it.
function markOpenPage() {
  for (const link of document.querySelectorAll(".st-key-menu a")) {
    addressHome(link)
    const open = new URL(link.href).pathname === location.pathname
    if (!open) link.removeAttribute("aria-current")
    else if (link.getAttribute("aria-current") !== "page") {
      link.setAttribute("aria-current", "page")
      link.scrollIntoView({ inline: "center", block: "nearest" })
    }
  }
}

// The menu is a part of what Streamlit takes for the main content, so its "Skip to main content"
// would skip nothing: ours goes on from the page's own heading.
function skipMenu(event) {
  if (!event.target.closest?.("a[href='#stMain']")) return
  const headings = [...document.querySelectorAll("[data-testid=stMain] :is(h1, h2)")]
  if (!headings.length) return
  event.preventDefault()
  event.stopPropagation()
  headings[0].tabIndex = -1
  headings[0].focus()
}

// Once the first page is at rest. The code of Streamlit's widgets is run, so that a widget is drawn
// at once where a grey bar would stand; what colours code and plotly.js are only laid ready, for
// running them takes the hand off a slider.
function fetchAhead({ widgets, highlighter, figures }) {
  const streamlit = document.querySelector("script[type=module][src*='static/js/']")
  if (fetched || !streamlit) return
  fetched = true
  const ofStreamlit = (name) => new URL(name, streamlit.src).href
  const ofOurs = (address) => new URL(address, document.baseURI).href
  const whenIdle = window.requestIdleCallback ?? setTimeout
  whenIdle(() => {
    for (const name of widgets) import(ofStreamlit(name)).catch(() => {})
    for (const href of [...highlighter.map(ofStreamlit), ...figures.map(ofOurs)]) {
      const link = document.createElement("link")
      link.rel = "modulepreload"
      link.href = href
      document.head.append(link)
    }
  })
}

// Streamlit enters each change of a page's parameters into the browser's history. Back would walk
// through every place where a handle has stood, and the page, which remembers, would answer each
// step with a new entry. So a page has one entry: its address is replaced.
function keepOneEntryPerPage() {
  if (history.pushState.ours) return
  const push = history.pushState
  history.pushState = (state, title, url) => {
    const samePage = new URL(url ?? "", location.href).pathname === location.pathname
    return (samePage ? history.replaceState : push).call(history, state, title, url)
  }
  history.pushState.ours = true
}

export default function ({ data, parentElement }) {
  keepOneEntryPerPage()
  const root = document.documentElement
  const theme = getComputedStyle(parentElement)
  for (const name of LENT) {
    root.style.setProperty(`--st-${name}`, theme.getPropertyValue(`--st-${name}`))
  }
  // At first too: what stands there by now has been missed.
  const changed = !observer || root.lang !== data.language
  root.lang = data.language
  words = data.words
  markOpenPage()
  if (changed) translateAll(document.body)
  watch()
  fetchAhead(data)
}
