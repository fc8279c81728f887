"""A line of the log is one line, legible, and nobody fills the log from outside."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from softmax_ui.server import logs
from softmax_ui.server.logs import FEW, legible_log

NAME = "softmax_ui.tried"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger(NAME)
    logger.addHandler(handler)
    with legible_log():
        yield stream
    logger.removeHandler(handler)


def test_what_steers_a_terminal_or_hides_is_written_out(written: io.StringIO) -> None:
    given = "a\x1b[31m\x9b31m\u202eb\u200bc\u2028d\nERROR forged 训练"
    logging.getLogger(NAME).warning("from outside: %s", given)
    assert written.getvalue() == (
        "WARNING from outside: a\\x1b[31m\\x9b31m\\u202eb\\u200bc\\u2028d\\nERROR forged 训练\n"
    )


def test_so_is_the_message_of_an_error(written: io.StringIO) -> None:
    try:
        raise ValueError("\x9b31m")
    except ValueError:
        logging.getLogger(NAME).exception("trouble")
    assert "\x9b" not in written.getvalue()
    assert "ValueError: \\x9b31m" in written.getvalue()
    assert "Traceback" in written.getvalue()


def test_a_warning_needs_no_traceback(written: io.StringIO) -> None:
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger(NAME).warning("of a client's", exc_info=True)
    assert written.getvalue() == "WARNING of a client's\n"


def test_the_same_again_and_again_is_counted(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(logs, "monotonic", lambda: now)
    for number in range(1001):
        now = 61.0 if number == 1000 else 0.0
        logging.getLogger(NAME).warning("no. %d", number)
    logging.getLogger(NAME).warning("another")
    assert written.getvalue().splitlines() == [
        *(f"WARNING no. {number}" for number in range(FEW)),
        f"WARNING no. 1000 ({1000 - FEW} more before)",
        "WARNING another",
    ]
