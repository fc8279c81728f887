"""What is answered at an address where there is no page: that there is none, and where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from softmax_ui.components.modules import PATH as MODULES
from softmax_ui.figures.theme import FONT
from softmax_ui.live.watched import PATH as LIVE
from softmax_ui.pages import HOME, MENU, menu
from softmax_ui.server.language import language_of
from softmax_ui.streamlit_inside.built import answered_by_streamlit
from softmax_ui.text import _, speaking
from softmax_ui.text.lines import one_line

_TEMPLATE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("no_such_page.html")
_PAGES: Final = tuple(page.address for page in (HOME, *MENU))


class NoSuchPage(Route):
    """Takes what a browser opens as a page and nobody answers as one; it comes last."""

    def __init__(self, prefix: str) -> None:
        """Take the base path that all addresses of the app begin with, "" for none."""
        super().__init__(f"{prefix}/{{path:path}}", no_such_page, methods=["GET"])

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a page that is asked for and is not there; leave all else to Streamlit."""
        match, child = super().matches(scope)
        if match is not Match.FULL:
            return Match.NONE, {}
        path: str = child["path_params"]["path"]
        if not _is_for_reading(path, Headers(scope=scope).get("accept", "*/*")):
            return Match.NONE, {}
        first = path.split("/")[0]
        is_there = path.rstrip("/") in _PAGES or first in (LIVE, MODULES)
        return (Match.NONE, {}) if is_there or answered_by_streamlit(path) else (match, child)


def _is_for_reading(path: str, accepted: str) -> bool:
    """Tell whether a page is asked for: by a browser, or by one who previews a link.

    The latter takes anything, as scripts do; what these ask for is a file, or Streamlit's.
    """
    is_a_file = "." in path.rpartition("/")[2] or "_stcore" in path
    return "text/html" in accepted or ("*/*" in accepted and not is_a_file)


async def no_such_page(request: Request) -> Response:
    """Say that there is no such page, with links to those that there are."""
    # Relative, so that they are right behind a proxy that takes a prefix away too.
    root = "../" * request.path_params["path"].count("/") or "./"
    lang, address = language_of(request), one_line(request.url.path)
    with speaking(lang):
        html = _TEMPLATE.render(
            language="zh-CN" if lang == "zh" else "en",
            font=FONT,
            title=_("There is no such page"),
            said=_("{address} leads to no page of this app. These are here:", address=address),
            pages=[(root + page.address, page.title) for page in (HOME, *menu())],
        )
    return HTMLResponse(html, 404, {"Cache-Control": "no-store"})
