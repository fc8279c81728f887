"""Which values of the session stand in a widget of the browser."""

from __future__ import annotations

from streamlit.runtime.state.session_state_proxy import get_session_state


def sent_by_browser(key: str) -> bool:
    """Tell whether the browser sent the value of a widget with this key for this run.

    It sends those of all widgets that it shows. Any other value is one of the session alone:
    Streamlit reads it when a widget takes the key, but tells the browser only if it was set in the
    same run. Else the browser shows the widget's own default, and sends that with the next touch.
    """
    state = get_session_state()._state
    return state.get_widget_id_from_key(key) in state._new_widget_state
