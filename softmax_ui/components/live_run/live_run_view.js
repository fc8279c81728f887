// The moving parts of a run's page, each in a node that stays: new answers change what is in it.

const instances = new WeakMap()
// An answer that was asked for sooner after the script's run may be older than that run.
const SETTLED_MS = 800

function node(tag, name, parent) {
  const made = document.createElement(tag)
  if (name) made.className = name
  parent?.append(made)
  return made
}

function set(target, name, value) {
  if (target[name] !== value) target[name] = value
}

class Status {
  constructor(root) {
    this.text = node("p", "progress-text", root)
    this.bar = node("div", "bar", root)
    this.bar.setAttribute("role", "progressbar")
    this.filled = node("div", "filled", this.bar)
    this.trouble = node("p", "trouble", root)
    this.trouble.setAttribute("role", "status")
    this.status = null
    this.drawnAt = 0
  }

  updated() {
    this.drawnAt = performance.now()
  }

  draw(message) {
    // Read out when the status changes; what changes twice a second would drown everything else.
    const said = this.status !== null && this.status !== message.status
    this.text.setAttribute("aria-live", said ? "polite" : "off")
    set(this.text, "textContent", message.text)
    const percent = Math.round(message.done * 100)
    this.filled.style.width = `${message.done * 100}%`
    this.bar.setAttribute("aria-label", message.text)
    this.bar.setAttribute("aria-valuenow", String(percent))
    this.status = message.status
  }

  // The buttons and what is judged are the script's. Returns whether it still has to run.
  wants(message, askedAt, { data, trigger }) {
    set(this.trouble, "textContent", "")
    if (message.version === data.version) return false
    if (askedAt > this.drawnAt + SETTLED_MS) {
      this.updated()
      trigger("redraw", message.version)
    }
    return true
  }

  lost(why, words) {
    set(this.trouble, "textContent", why ?? words.gone)
  }
}

class Curves {
  constructor(root) {
    this.legend = node("div", "legend", root)
    this.figures = node("div", "figures", root)
    this.shown = new Map()
  }

  draw({ curves }, { data, figure }) {
    if (!curves) return
    // Made by the server, every text in it escaped.
    if (this.html !== curves.legend) this.legend.innerHTML = this.html = curves.legend
    const wanted = new Set(curves.figures.map(({ key }) => key))
    for (const key of [...this.shown.keys()]) if (!wanted.has(key)) this.remove(key)
    curves.figures.forEach((each, place) => this.one(each, place, data.library, figure))
  }

  one({ key, title, alt, figure: content }, place, library, figure) {
    let slot = this.shown.get(key)
    if (!slot) {
      slot = { outer: node("div", `curve ${key}`, this.figures) }
      slot.title = node("p", "measure", slot.outer)
      slot.place = node("div", "", slot.outer)
      node("div", "live-figure", slot.place)
      this.shown.set(key, slot)
    }
    // In the order that they are named in; one that is at its place stays, so no drag is cut off.
    const there = this.figures.children[place]
    if (there !== slot.outer) this.figures.insertBefore(slot.outer, there)
    set(slot.title, "textContent", title)
    slot.leave = figure.render({
      data: { figure: content, library, alt, height: 300, selects: false, rests: true },
      parentElement: slot.place,
      setStateValue: null,
    })
  }

  remove(key) {
    const { outer, leave } = this.shown.get(key)
    outer.remove()
    leave?.()
    this.shown.delete(key)
  }

  left() {
    for (const { leave } of this.shown.values()) leave?.()
  }
}

class Templates {
  constructor(root) {
    this.grid = node("div", "pictures", root)
    this.grid.setAttribute("role", "group")
    this.caption = node("p", "caption", root)
  }

  draw({ templates }) {
    if (!templates) return
    const { pictures, label, size, caption } = templates
    this.grid.setAttribute("aria-label", label)
    this.grid.style.setProperty("--size", `${size}px`)
    while (this.grid.children.length > pictures.length) this.grid.lastChild.remove()
    while (this.grid.children.length < pictures.length) {
      const figure = node("figure", "", this.grid)
      node("img", "", figure)
      node("figcaption", "", figure)
    }
    pictures.forEach((picture, position) => {
      // An <img> that stays and changes its source does not flicker.
      const [image, text] = this.grid.children[position].children
      set(image, "src", picture.source)
      set(image, "alt", picture.alt)
      set(text, "textContent", picture.caption)
    })
    set(this.caption, "textContent", caption)
  }
}

const PARTS = { status: Status, curves: Curves, templates: Templates }

function listen(instance) {
  const { part } = instance
  return {
    told(message, askedAt) {
      if (instance.latest !== message) part.draw(message, instance)
      instance.latest = message
      return part.wants?.(message, askedAt, instance) ?? false
    },
    lost: (why) => part.lost?.(why, instance.data.words),
  }
}

export function show({ data, parentElement, setTriggerValue }, polling, figure) {
  let instance = instances.get(parentElement)
  if (!instance) {
    const root = parentElement.querySelector(".live-run")
    root.replaceChildren()
    instance = { part: new PARTS[data.part](root), figure }
    instances.set(parentElement, instance)
  }
  const before = instance.data
  instance.data = data
  instance.trigger = setTriggerValue
  instance.part.updated?.()
  if (before?.address !== data.address) {
    // The new one first: what both watch is then not asked for anew.
    const leave = polling.watch(data.address, listen(instance))
    instance.leave?.()
    instance.leave = leave
  } else {
    if (instance.latest) instance.part.draw(instance.latest, instance) // the theme may have changed
    polling.hurry(data.address)
  }
  return () => {
    // Also called between two renders of the same node: only a node that left the page is cleaned.
    setTimeout(() => {
      if (parentElement.isConnected) return
      instances.delete(parentElement)
      instance.leave?.()
      instance.part.left?.()
    })
  }
}
