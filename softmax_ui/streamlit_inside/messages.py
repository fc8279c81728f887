"""What a browser sends Streamlit over its websocket: the messages that our pages need.

Streamlit obeys the others from anybody too: `clear_cache` empties the caches of all people,
`load_git_info` runs git, `install_skills` writes into the app's folder.
"""

from __future__ import annotations

import json
from typing import Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg

KINDS: Final = frozenset(
    {
        "rerun_script",  # a person has changed or pressed something, or a fragment's time has come
        "stop_script",
        "app_heartbeat",
        "file_urls_request",  # where to send a picture
        "backend_operation_request",
    }
)
OPERATIONS: Final = frozenset({"deferred_file", "dataframe_chunk"})
"""A download that is made when it is clicked; the rows of a table that come into view."""


_JSON: Final = ("json_value", "json_trigger_value")


def is_from_a_page(frame: bytes) -> bool | None:
    """Tell whether a websocket's frame is something that a page may ask for.

    Returns:
        None for what no browser sends: no message, or no JSON where a component reports JSON, over
        which Streamlit trips.
    """
    message = BackMsg()
    try:
        message.ParseFromString(frame)
        for widget in message.rerun_script.widget_states.widgets:
            value = widget.WhichOneof("value")
            if value in _JSON:
                _check(getattr(widget, value))
    except (DecodeError, ValueError, RecursionError):
        return None
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in KINDS


def _check(text: str) -> None:
    """Raise ValueError for what is no JSON by RFC 8259: Python alone reads NaN."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    json.loads(text, parse_constant=refuse)
