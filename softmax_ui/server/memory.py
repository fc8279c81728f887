"""Memory that is no longer used goes back to the system.

What a class leaves behind is forgotten in time. What is freed glibc keeps for later, in as many
pools as there were threads, until it is told not to.
"""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Callable
from typing import Final

from softmax_ui.streamlit_inside.sessions import forget_expired

SECONDS: Final = 15.0


async def give_back() -> None:
    """Give unused memory back now and then, for ever; it takes some milliseconds of a thread."""
    trim = _trimming()
    while True:
        await asyncio.sleep(SECONDS)
        forget_expired()
        if trim:
            await asyncio.to_thread(trim, 0)


def _trimming() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim, or None where there is no such function."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
