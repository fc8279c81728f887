"""What a browser sends Streamlit over its websocket: the kinds of message that our pages need.

Streamlit obeys the others from anybody too: `clear_cache` empties the caches of all people,
`load_git_info` runs git, `install_skills` writes into the app's folder.
"""

from __future__ import annotations

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


def is_from_a_page(frame: bytes) -> bool:
    """Tell whether a websocket's frame is something that a page may ask for."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return True  # Streamlit closes the connection
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in KINDS
