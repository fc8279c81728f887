"""What a browser is told that our pages may do, and who may frame them."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from softmax_ui.streamlit_inside.built import PAGE

Header = tuple[bytes, bytes]

_ORIGIN: Final = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?")
_UNUSED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip

_ALL: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # an address holds the id of a run
    "Cross-Origin-Resource-Policy": "same-origin",
}


def framing_sites() -> list[str]:
    """Return the sites that may frame the app: SOFTMAX_FRAMES, separated by spaces or commas."""
    given = os.environ.get("SOFTMAX_FRAMES", "").replace(",", " ").split()
    return [site.rstrip("/") for site in given if _ORIGIN.fullmatch(site.rstrip("/"))]


def with_headers(own: Iterable[Header], path: str) -> list[Header]:
    """Return an answer's headers with those that every answer carries, unless it has its own."""
    headers = list(own)
    given = dict(headers)
    kind = given.get(b"content-type", b"").decode("latin-1")
    for name, value in headers_for(kind, path).items():
        if (key := name.lower().encode()) not in given:
            headers.append((key, value.encode("latin-1")))
    return headers


def headers_for(content_type: str, path: str) -> Mapping[str, str]:
    """Return what an answer carries besides its own headers."""
    if content_type.startswith("text/html") and "/media/" not in path:
        return _of_a_page(tuple(framing_sites()))
    if "/media/" in path:  # made from what people gave: shown, and never run
        return {**_ALL, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return _ALL


@lru_cache(maxsize=8)
def _of_a_page(sites: Sequence[str]) -> Mapping[str, str]:
    # One document serves all pages, so what one of them uses is open to all: the camera.
    permissions = {"camera": "(self)", **dict.fromkeys(_UNUSED, "()")}
    framed = {} if sites else {"X-Frame-Options": "SAMEORIGIN"}
    return {
        **_ALL,
        **framed,
        "Content-Security-Policy": _policy(sites),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}={who}" for name, who in permissions.items()),
    }


def _policy(sites: Sequence[str]) -> str:
    rules = {
        "default-src": "'self'",
        # Streamlit imports the script of a component from a blob that its own script has made.
        "script-src": f"'self' blob: {' '.join(_inline_scripts())}".strip(),
        "style-src": "'self' 'unsafe-inline'",  # Streamlit writes its styles while it draws
        "img-src": "'self' data: blob:",
        # Streamlit's camera makes a file of its photograph by fetching it from a data: address.
        "connect-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(("'self'", *sites)),
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def _inline_scripts() -> list[str]:
    """Return the digests of the scripts that stand in Streamlit's page itself."""
    scripts = re.findall(r"<script>(.*?)</script>", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
