"""Sessions that nobody came back to are forgotten when their time is over, and not at the next one.

Streamlit keeps a session whose connection is lost, for as long as `server.disconnectedSessionTTL`
says, but looks at the time only when another connection is lost: what a class leaves behind would
stay until somebody else leaves.
"""

from __future__ import annotations

from streamlit import runtime


def forget_expired() -> None:
    """Forget the lost sessions whose time is over; call it on the server's event loop."""
    if runtime.exists():
        manager = runtime.get_instance()._session_mgr
        len(manager._session_storage._cache)  # type: ignore[attr-defined]  # which looks at the time
