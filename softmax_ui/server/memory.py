"""Memory that is no longer used goes back to the system.

What a class leaves behind is forgotten in time. What is freed glibc keeps for later, in as many
pools as there were threads, until it is told not to.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from softmax_ui.streamlit_inside.sessions import forget_expired

SECONDS: Final = 15.0
_GROWN: Final = 2 * 2**20  # bytes; giving less back is not worth the few milliseconds
_STATM: Final = Path("/proc/self/statm")


async def give_back() -> None:
    """Give unused memory back, now and then, whenever the process has grown, for ever."""
    trim = _trimming()
    least = 0
    while True:
        await asyncio.sleep(SECONDS)
        forget_expired()
        if trim and _resident() > least + _GROWN:
            await asyncio.to_thread(trim, 0)
            least = _resident()


def _trimming() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim, or None where there is no such function."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def _resident() -> int:
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
