// Sent with every run of the script, so it is short: what it does is in the modules, which the
// browser keeps.
const load = (address) => import(new URL(address, document.baseURI).href)
let modules = null

export default function (props) {
  modules ??= Promise.all(props.data.modules.map(load))
  let leave = null
  let left = false
  modules
    .then(([view, polling, figure]) => {
      if (!left) leave = view.show(props, polling, figure)
    })
    .catch((error) => {
      console.error(error)
      modules = null
      props.parentElement.querySelector(".live-run").textContent = props.data.words.broken
    })
  return () => {
    left = true
    leave?.()
  }
}
