"""A callback is done whole: what the browser asks for meanwhile waits until it is over.

Streamlit ends a script run where it next draws something when the browser has asked for another. It
does so in a callback as well: the second click of a double click would end what the first has begun
between two of its lines, a run would be started and not shown, and started once more.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

_yielding = ScriptRequests.on_scriptrunner_yield


def finish_callbacks() -> None:
    """Let no request end a callback, for all sessions of this process."""
    ScriptRequests.on_scriptrunner_yield = _after_callbacks  # type: ignore[assignment, method-assign]


def _after_callbacks(requests: ScriptRequests) -> ScriptRequest | None:
    if ThreadState.get().run_location is RunLocation.CALLBACK:
        return None
    return _yielding(requests)
