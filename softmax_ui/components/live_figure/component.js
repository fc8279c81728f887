// Sent with every change of every figure, so it is short: what it does is in live_figure.js.
let renderer = null

export default function (props) {
  const { data, parentElement } = props
  renderer ??= import(new URL(data.renderer, document.baseURI).href)
  let leave = null
  let left = false
  renderer
    .then(({ render }) => {
      if (!left) leave = render(props)
    })
    .catch(() => {
      parentElement.querySelector(".live-figure").textContent = data.alt
    })
  return () => {
    left = true
    leave?.()
  }
}
