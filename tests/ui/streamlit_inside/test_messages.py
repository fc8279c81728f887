"""Each kind of message that Streamlit knows is one that pages need, or one that is dropped."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from softmax_ui.streamlit_inside.messages import KINDS, OPERATIONS, is_from_a_page

DROPPED = {
    "clear_cache",
    "set_run_on_save",
    "load_git_info",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
}
REFUSED = {"install_skills", "dismiss_skills_nudge"}


def frame(kind: str) -> bytes:
    message = BackMsg()
    if message.DESCRIPTOR.fields_by_name[kind].message_type:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    return bytes(message.SerializeToString())


def operation(kind: str) -> bytes:
    message = BackMsg()
    getattr(message.backend_operation_request, kind).SetInParent()
    return bytes(message.SerializeToString())


def test_all_kinds_are_known() -> None:
    kinds = set(BackMsg.DESCRIPTOR.fields_by_name)
    payload = BackMsg().backend_operation_request.DESCRIPTOR.oneofs_by_name["payload"]
    assert kinds == KINDS | DROPPED, (
        "Streamlit's browsers send other kinds of message: say in softmax_ui/streamlit_inside/"
        "messages.py which of them pages need, having read what the others do to everybody."
    )
    assert {field.name for field in payload.fields} == OPERATIONS | REFUSED


@pytest.mark.parametrize("kind", sorted(KINDS - {"backend_operation_request"}))
def test_what_pages_need_is_passed_on(kind: str) -> None:
    assert is_from_a_page(frame(kind))


@pytest.mark.parametrize("kind", sorted(OPERATIONS))
def test_downloads_and_rows_are_passed_on(kind: str) -> None:
    assert is_from_a_page(operation(kind))


@pytest.mark.parametrize(
    "sent", [*map(frame, sorted(DROPPED)), *map(operation, sorted(REFUSED)), b""]
)
def test_everything_else_is_dropped(sent: bytes) -> None:
    assert not is_from_a_page(sent)


def test_what_is_no_message_ends_the_connection() -> None:
    assert is_from_a_page(b"\xff\xff\xff") is None
