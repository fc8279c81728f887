"""The document that each page is drawn in, with a title, a description and a picture of its own.

Streamlit serves one document for all of them, called "Streamlit", and names the page once its
script has run: whoever previews a shared link, and a search engine, reads only what is served.
"""

from __future__ import annotations

import gzip
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from softmax_ui.pages import HOME, MENU, Page
from softmax_ui.server.codings import coding_for
from softmax_ui.server.hosts import host_and_port
from softmax_ui.server.language import language_of
from softmax_ui.server.previews import SIZE, preview_of
from softmax_ui.streamlit_inside.built import document
from softmax_ui.text import Language, speaking

_HEAD: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("document_head.html")
_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Accept-Encoding"}
_LOCALES: Final[dict[Language, str]] = {"en": "en_US", "zh": "zh_CN"}


def document_routes(prefix: str) -> list[Route]:
    """Return the route of each page, below the base path that all addresses begin with."""
    return [
        Route(f"{prefix}/{page.address}", partial(_answer, page, prefix), methods=["GET"])
        for page in (HOME, *MENU)
    ]


async def _answer(page: Page, prefix: str, request: Request) -> Response:
    plain, compressed = _document(page, language_of(request), _root(request, prefix))
    if coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) != "gzip":
        return HTMLResponse(plain, headers=_HEADERS)
    return HTMLResponse(compressed, headers={**_HEADERS, "Content-Encoding": "gzip"})


def _root(request: Request, prefix: str) -> str:
    """Return the app's address as this request has it, "" where it does not say.

    `Edge` lets only names of this server through; what is written is what was understood of it.
    """
    found = host_and_port(request.headers.get("host", ""))
    if found is None:
        return ""
    name, port = found
    host = f"[{name}]" if ":" in name else name
    return f"{request.url.scheme}://{host}{f':{port}' if port else ''}{prefix}/"


@lru_cache(maxsize=128)
def _document(page: Page, language: Language, root: str) -> tuple[bytes, bytes]:
    """Return a page's document as it is, and gzipped."""
    with speaking(language):
        head = _HEAD.render(
            title=page.full_title,
            description=page.description,
            image=root + preview_of(page, language),
            width=SIZE[0],
            height=SIZE[1],
            locale=_LOCALES[language],
        )
    plain = document(head, "zh-CN" if language == "zh" else "en").encode()
    return plain, gzip.compress(plain, mtime=0)
