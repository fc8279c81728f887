"""JavaScript for browsers, from memory: what `softmax_ui.components.modules` names, and no more."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from softmax_ui.components.modules import MODULES, PATH

_HEADERS: Final = {"X-Content-Type-Options": "nosniff"}


def module(request: Request) -> Response:
    """Answer with a module, to be kept for good: 200, 304 for one that is there, or 404.

    Starlette runs this in a thread, so the event loop never waits for the compression.
    """
    found = MODULES.get(f"{PATH}/{request.path_params['name']}")
    if found is None:
        return Response(status_code=404, headers={**_HEADERS, "Cache-Control": "no-store"})
    headers = {
        **_HEADERS,
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": found.tag,
        "Vary": "Accept-Encoding",
    }
    known = request.headers.get("if-none-match", "").split(",")
    if found.tag in (tag.strip() for tag in known):
        return Response(status_code=304, headers=headers)
    content = found.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = found.compressed, "gzip"
    return Response(content, headers=headers, media_type="text/javascript")
