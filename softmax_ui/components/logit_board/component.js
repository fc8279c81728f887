// Sent with every answer of Python's, so it is short: what it does is in the module, which the
// browser keeps. Streamlit calls it on every change of the data or the theme.
let loading = null
let board = null

export default function (props) {
  if (board) return board.show_board(props)
  let leave = null
  let left = false
  loading ??= import(new URL(props.data.script, document.baseURI).href)
  loading
    .then((module) => {
      board = module
      if (!left) leave = board.show_board(props)
    })
    .catch((error) => {
      console.error(error)
      const place = props.parentElement.querySelector(".board")
      place.textContent = props.data.broken
      place.classList.add("assembled") // it is seen from then on
    })
  return () => {
    left = true
    leave?.()
  }
}
