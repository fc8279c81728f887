"""Small answers are sent without delay.

Streamlit makes its listening socket without naming TCP, so asyncio does not recognise its
connections as TCP and leaves Nagle's algorithm on: the second piece of an answer waits until the
other side has confirmed the first, which systems delay by 40 ms. A page is made of many answers.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_OPEN_FILES: Final = Path("/dev/fd")  # not on Windows, where nothing is changed


def send_at_once() -> None:
    """Switch Nagle's algorithm off for every connection that this process will accept.

    Accepted connections inherit the option from the listening socket.
    """
    for listening in _listening():
        with suppress(OSError):  # no TCP after all
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listening() -> Iterator[socket.socket]:
    """Yield this process's listening TCP sockets, each by a second descriptor that is closed."""
    if not _OPEN_FILES.is_dir():
        return
    for file in list(_OPEN_FILES.iterdir()):
        with suppress(OSError):  # the descriptor by which the folder itself was read is gone
            if not stat.S_ISSOCK(os.fstat(int(file.name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(file.name))) as found:
                if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockopt(
                    socket.SOL_SOCKET, socket.SO_ACCEPTCONN
                ):
                    yield found
