"""What the widgets of a page report: Streamlit trips over what is no message, or holds no JSON."""

from __future__ import annotations

import json
from typing import Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg

_JSON: Final = ("json_value", "json_trigger_value")


def is_whole(frame: bytes) -> bool:
    """Tell whether a websocket's frame is a message, with JSON where a component reports JSON."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
        for widget in message.rerun_script.widget_states.widgets:
            kind = widget.WhichOneof("value")
            if kind in _JSON:
                _check(getattr(widget, kind))
    except (DecodeError, ValueError, RecursionError):
        return False
    return True


def _check(text: str) -> None:
    """Raise ValueError for what is no JSON by RFC 8259: Python alone reads NaN."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    json.loads(text, parse_constant=refuse)
