"""What a listening socket hands on to the connections that it accepts."""

from __future__ import annotations

import socket
from pathlib import Path

from softmax_ui.streamlit_inside.sockets import send_at_once


def test_what_is_accepted_afterwards_sends_at_once():
    with socket.socket(socket.AF_INET) as listening:  # as Streamlit makes it, TCP not named
        listening.bind(("localhost", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                sends_at_once = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                # Windows lists no open files, and there everything stays as it was.
                assert bool(sends_at_once) == Path("/dev/fd").is_dir()


def test_a_socket_that_does_not_listen_is_left_alone_and_one_that_does_goes_on():
    with socket.socket(socket.AF_INET) as idle, socket.socket(socket.AF_INET) as listening:
        listening.bind(("localhost", 0))
        listening.listen()
        send_at_once()
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with socket.create_connection(listening.getsockname()):
            listening.accept()[0].close()
