// Pictures in place: an <img> that stays and changes its source does not flicker.

function cell(choosable) {
  const outer = document.createElement(choosable ? "button" : "figure")
  if (choosable) outer.type = "button"
  outer.className = "cell"
  outer.append(document.createElement("img"), document.createElement("span"))
  return outer
}

function set(node, name, value) {
  if (node[name] !== value) node[name] = value
}

function fill(outer, picture) {
  const [image, caption] = outer.children
  set(image, "src", picture.source)
  set(image, "alt", picture.alt)
  // textContent: a caption may hold a name that a person typed.
  set(caption, "textContent", picture.caption)
  caption.hidden = !picture.caption
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".picture-grid")
  grid.setAttribute("role", "group")
  grid.setAttribute("aria-label", data.label)
  grid.style.setProperty("--size", `${data.size}px`)
  const kind = data.choosable ? "BUTTON" : "FIGURE"
  if (grid.firstChild && grid.firstChild.tagName !== kind) grid.replaceChildren()
  while (grid.children.length > data.pictures.length) grid.lastChild.remove()
  while (grid.children.length < data.pictures.length) grid.append(cell(data.choosable))
  data.pictures.forEach((picture, position) => {
    const outer = grid.children[position]
    fill(outer, picture)
    if (!data.choosable) return
    outer.onclick = () => setTriggerValue("chosen", position)
    outer.setAttribute("aria-pressed", String(position === data.chosen))
  })
}
