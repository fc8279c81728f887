// Streamlit defines its --st-* variables on components only; page.css needs these on the document.
const LENT = ["background-color", "secondary-background-color", "border-color", "text-color", "primary-color"]

export default function ({ data, parentElement }) {
  const root = document.documentElement
  root.lang = data.language
  const theme = getComputedStyle(parentElement)
  for (const name of LENT) {
    root.style.setProperty(`--st-${name}`, theme.getPropertyValue(`--st-${name}`))
  }
  // A screen reader says which page is open, and on a phone the menu is scrolled to it.
  for (const link of document.querySelectorAll(".st-key-menu a")) {
    const open = new URL(link.href).pathname === location.pathname
    if (!open) link.removeAttribute("aria-current")
    else if (link.getAttribute("aria-current") !== "page") {
      link.setAttribute("aria-current", "page")
      link.scrollIntoView({ inline: "center", block: "nearest" })
    }
  }
}
