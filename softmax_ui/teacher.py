"""The teacher of a shared server: whoever holds one secret sees and steers every run, and more.

The secret is in a link that is printed once, when it is made; the server keeps a digest, in a file
beside the runs that only its own account can read, or in the store that several servers share.
`softmax-explorer teacher` makes a new link, and so does a button, while the server runs; the one
before ends with that.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from softmax_core.folders import runs_folder
from softmax_ui.cache import shared_settings
from softmax_ui.pages import CLASS

_DIGEST: Final = "teacher.sha256"


def exists() -> bool:
    """Tell whether a link was made for the runs of this server."""
    settings = shared_settings()
    return _file().is_file() if settings is None else settings.read("teacher") is not None


def new_link(base: str) -> str:
    """Return a link for the teacher; the one before is worth nothing from then on.

    Args:
        base: the app's own address, for example "http://localhost:8501".
    """
    secret = secrets.token_hex(32)
    link = f"{base}/{CLASS.address}#teacher={secret}"
    if (settings := shared_settings()) is not None:
        settings.write("teacher", _digest(secret))
        return link
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_digest(secret))
    fresh.replace(path)
    return link


def first_link(base: str) -> str | None:
    """Return a link for the teacher where none was made yet; of several servers one makes it.

    Args:
        base: the app's own address.
    """
    if exists():
        return None
    settings = shared_settings()
    if settings is None:
        return new_link(base)
    secret = secrets.token_hex(32)
    if settings.read_or_make("teacher", lambda: _digest(secret)) != _digest(secret):
        return None
    return f"{base}/{CLASS.address}#teacher={secret}"


def is_secret(given: str) -> bool:
    """Tell whether this is the teacher's secret."""
    return hmac.compare_digest(_digest(given), digest())


def digest() -> str:
    """Return what the server keeps of the secret; "" where there is none."""
    if (settings := shared_settings()) is not None:
        return settings.read("teacher") or ""
    try:
        return _file().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _file() -> Path:
    return runs_folder() / _DIGEST


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
