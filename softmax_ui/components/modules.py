"""The components' JavaScript: ES modules, read once, each under an address that never changes.

A digest of all of them is a part of the address, so a browser keeps them for good and imports
between them are relative. `softmax_ui.server.static` answers at these addresses.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from softmax_ui.text import _

PATH: Final = "modules"
"""The route's first segment."""

_ROOT: Final = Path(__file__).parents[1]
# plotly's Python package brings all of plotly.js, 4.8 MB: maps, 3D and more. Ours draws lines, bars
# and heatmaps; `make plotly` takes a third of it, of the same version, from the npm registry.
_PLOTLY: Final = _ROOT / "vendored" / "plotly-cartesian.min.js.gz"
_IMPORT: Final = re.compile(r'^(?:import|export|\}) .*from "(\.[^"]+)";', re.MULTILINE)

# What Streamlit sends with every run of a component. All modules are asked for at once, not one
# after the other as imports within imports would be; the first one's default export is the
# component: called on every change of the data or the theme, it returns its clean-up. Nothing is
# awaited at the top: WebKit gives a module that does, and is imported twice, out too early.
_STUB: Final = """\
const at = (name) => new URL("%s/" + name, document.baseURI).href;
const failed = ({ data, parentElement }) => {
  const said = document.createElement("p");
  said.textContent = data?.broken ?? "";
  parentElement.replaceChildren(said);
};
let show;
const loading = Promise.all(%s.map((name) => import(at(name))))
  .then(([{ default: found }]) => (show = found), (error) => (console.error(error), show = failed));
export default (props) => {
  if (show) return show(props);
  let end, ended = false;
  loading.then(() => ended || (end = show(props)));
  return () => { ended = true; end?.(); };
};
"""


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


_OURS: Final = {
    path.relative_to(_ROOT).as_posix(): path.read_bytes() for path in sorted(_ROOT.rglob("*.js"))
}
_VERSION: Final = _digest(*map(str.encode, _OURS), *_OURS.values())
_LIBRARY: Final = gzip.decompress(_PLOTLY.read_bytes())
PLOTLY: Final = f"{PATH}/{_digest(_LIBRARY)}/{_PLOTLY.stem}"
"""The address of plotly.js, relative to the app."""

MODULES: Final[Mapping[str, bytes]] = {
    PLOTLY: _LIBRARY,
    **{f"{PATH}/{_VERSION}/{name}": _OURS[name] for name in _OURS},
}
"""Address relative to the app -> what the file holds: all that there is."""


def imported(entry: str) -> list[str]:
    """Return a module and all that it imports, directly or not, each once.

    Args:
        entry: the module's name, as in `components/live_run/component.js`.
    """
    found = [entry]
    for name in found:  # grows on the way
        for relative in _IMPORT.findall(_OURS[name].decode()):
            needed = posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))
            if needed not in found:
                found.append(needed)
    return found


def addresses(*components: str) -> list[str]:
    """Return where all the modules of some components are, relative to the app."""
    names = [name for each in components for name in imported(f"components/{each}/component.js")]
    return [f"{PATH}/{_VERSION}/{name}" for name in dict.fromkeys(names)]


def browser_side(
    name: str, *, html: str = "", styled_as: Sequence[str] = (), isolate_styles: bool = True
) -> Callable[..., Any]:
    """Register a component; return what draws it, as `st.components.v2.component` does.

    Args:
        name: its folder, with a `component.js` and perhaps a `component.css`.
        html: what stands in its place before it is drawn; empty for one that draws nothing.
        styled_as: components whose style it needs too.
        isolate_styles: whether it lives in a shadow root.
    """
    styles = [_ROOT / "components" / each / "component.css" for each in (*styled_as, name)]
    draw = st.components.v2.component(
        f"softmax_{name}",
        html=html or None,
        css="\n".join(css.read_text(encoding="utf-8") for css in styles if css.is_file()) or None,
        js=_STUB % (f"{PATH}/{_VERSION}", json.dumps(imported(f"components/{name}/component.js"))),
        isolate_styles=isolate_styles,
    )
    if not html:
        return draw

    def draw_or_say(*, data: Mapping[str, Any], **options: Any) -> Any:
        broken = _("The files that draw this could not be loaded. Reload the page.")
        return draw(data={**data, "broken": broken}, **options)

    return draw_or_say
