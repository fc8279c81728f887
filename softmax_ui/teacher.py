"""The teacher of a shared server: whoever holds one secret sees and steers every run, and more.

The secret is in a link that is printed once, when it is made; the server keeps a digest, in a file
beside the runs that only its own account can read. `softmax-explorer teacher` makes a new link, and
so does a button, while the server runs; the one before ends with that.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from softmax_core.folders import runs_folder
from softmax_ui.pages import CLASS

_DIGEST: Final = "teacher.sha256"


def exists() -> bool:
    """Tell whether a link was made for the runs of this server."""
    return _file().is_file()


def new_link(base: str) -> str:
    """Return a link for the teacher; the one before is worth nothing from then on.

    Args:
        base: the app's own address, for example "http://localhost:8501".
    """
    secret = secrets.token_hex(32)
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_digest(secret))
    fresh.replace(path)
    return f"{base}/{CLASS.address}#teacher={secret}"


def is_secret(given: str) -> bool:
    """Tell whether this is the teacher's secret."""
    return hmac.compare_digest(_digest(given), digest())


def digest() -> str:
    """Return what the server keeps of the secret; "" where there is none."""
    try:
        return _file().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _file() -> Path:
    return runs_folder() / _DIGEST


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
