"""What a page may say over the websocket: Streamlit would obey more, and trip over less."""

from __future__ import annotations

import json
from typing import Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg

SAID: Final = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
"""Streamlit's names for the orders that our pages give."""

_ASKED: Final = ("deferred_file", "dataframe_chunk")  # of a page's own; another installs things
_JSON: Final = ("json_value", "json_trigger_value")


def is_passed_on(content: bytes) -> bool | None:
    """Tell whether Streamlit is to get a message.

    Args:
        content: what came.

    Returns:
        False for an order that our pages never give, such as emptying the caches of all; None for
        what no page sends at all: the connection may be closed.
    """
    message = BackMsg()
    try:
        message.ParseFromString(content)
        for widget in message.rerun_script.widget_states.widgets:
            kind = widget.WhichOneof("value")
            if kind in _JSON:
                _check(getattr(widget, kind))
    except (DecodeError, ValueError, RecursionError):
        return None
    if message.WhichOneof("type") == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _ASKED
    return message.WhichOneof("type") in SAID


def _check(text: str) -> None:
    """Raise ValueError for what is no JSON by RFC 8259: Python alone reads NaN."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    json.loads(text, parse_constant=refuse)
