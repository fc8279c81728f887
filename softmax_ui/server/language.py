"""The language that a request asks for, where no session knows it."""

from __future__ import annotations

from starlette.requests import Request

from softmax_ui.text import Language, as_language


def language_of(request: Request) -> Language:
    """Return the language of the address, else the first of the browser's that we speak."""
    accepted = request.headers.get("accept-language", "").split(",")
    tags = [request.query_params.get("lang"), *(tag.split(";")[0].strip() for tag in accepted)]
    return next(filter(None, map(as_language, tags)), "en")
