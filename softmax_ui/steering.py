"""Who may steer a run: on a shared server whoever started it, or holds its steering link.

A browser keeps a random key of its own. The secret of a run that it starts is an HMAC of the
run's id under that key, so it can be made again after a reload and need not be stored; the store
has only its digest. A steering link carries the secret behind a `#`, which browsers never send
with a request, so no log has it; the page takes it into the browser's keeping and out of the
address. On a person's own machine everybody may steer, and none of this runs.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from softmax_core.errors import RunNotFound, SoftmaxError
from softmax_ui.cache import store
from softmax_ui.components.steering_keys import steering_keys
from softmax_ui.notices import sentence
from softmax_ui.pages import RUNS, TRAINING
from softmax_ui.sharing import is_shared
from softmax_ui.text import _

_HELD: Final = "steering_held"
_UNCLAIMED: Final = "unclaimed_runs"
_ERROR: Final = "steering_error"
_SECRET: Final = re.compile(r"[0-9a-f]{64}")

MOST_SECRETS: Final = 100
"""Steering links of others that a browser keeps (steering_keys/component.js has the number too)."""


def identify() -> None:
    """Learn from the browser who is here; a page that steers calls it once, near its top."""
    if not is_shared():
        return
    st.session_state[_HELD] = _checked(steering_keys(key="steering_keys"))
    if _held()["key"]:
        for run_id in st.session_state.pop(_UNCLAIMED, []):
            claim(run_id)


def owner() -> str:
    """Return a digest of who is here, for the limits a person has; "" on one's own machine."""
    key = _held()["key"]
    return hashlib.sha256(f"owner {key}".encode()).hexdigest()[:16] if key else ""


def claim(run_id: str) -> None:
    """Let the one who is here steer a run that was just started."""
    if not is_shared():
        return
    if _held()["key"]:
        store().set_steering(run_id, _digest(_own_secret(run_id)), owner())
    else:  # started before the browser had said who it is
        st.session_state.setdefault(_UNCLAIMED, []).append(run_id)


def may_steer(run_id: str) -> bool:
    """Tell whether the one who is here may steer a run."""
    return not is_shared() or _secret(run_id) is not None


def watching_link(run_id: str) -> str:
    """Return the link with which anybody watches a run."""
    parts = urlsplit(st.context.url or "")
    root = parts.path.rstrip("/")
    for page in (TRAINING, RUNS):  # where such a link is made
        root = root.removesuffix(f"/{page.address}")
    path = f"{root}/{TRAINING.address}"
    return urlunsplit((parts.scheme, parts.netloc, path, f"run={run_id}", ""))


def steering_link(run_id: str) -> str | None:
    """Return the link with which anybody steers a run; None for one who may only watch."""
    secret = _secret(run_id)
    return None if secret is None else f"{watching_link(run_id)}#steer={secret}"


def share(run_id: str) -> None:
    """Draw the links of a run; on one's own machine there is nothing to share."""
    if not is_shared():
        return
    if not may_steer(run_id):
        st.caption(_only_watching())
    with st.popover(_("Share"), icon=":material/share:"):
        st.markdown(_("Whoever has this link may watch:"))
        st.code(watching_link(run_id), language=None, wrap_lines=True)
        link = steering_link(run_id)
        if link is not None:
            st.markdown(_("Whoever has this link may pause, stop and change the run, as you may:"))
            st.code(link, language=None, wrap_lines=True)


def _only_watching() -> str:
    return _("You are watching. Whoever started this run steers it.")


def _secret(run_id: str) -> str | None:
    """Return the secret that steers a run, if it is in this browser's keeping."""
    held = _held()
    if not held["key"]:
        return None
    try:
        wanted = store().steering(run_id)
    except RunNotFound:
        return None
    for secret in (_own_secret(run_id), held["secrets"].get(run_id, "")):
        if wanted and hmac.compare_digest(_digest(secret), wanted):
            return secret
    return None


def _own_secret(run_id: str) -> str:
    return hmac.new(_held()["key"].encode(), run_id.encode(), hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _held() -> dict[str, Any]:
    return st.session_state.get(_HELD) or {"key": "", "secrets": {}}


def _checked(given: object) -> dict[str, Any]:
    """Return what the browser holds, if it is of the right form; anything else holds nothing."""
    if not isinstance(given, dict) or not isinstance(given.get("secrets"), dict):
        return {"key": "", "secrets": {}}
    key = given.get("key")
    newest = islice(reversed(given["secrets"].items()), MOST_SECRETS)
    return {
        "key": key if isinstance(key, str) and _SECRET.fullmatch(key) else "",
        "secrets": {
            str(run): secret
            for run, secret in newest
            if isinstance(secret, str) and _SECRET.fullmatch(secret)
        },
    }


def steer(act: Callable[..., Any], run_id: str, *given: Any) -> None:
    """Do something to a run, from a widget's callback; refused where one may only watch it.

    A button that is not drawn cannot be pressed, but one that was drawn may be: the page is older
    than the press. So this is where the right to steer is checked.
    """
    if may_steer(run_id):
        attempt(act, run_id, *given)
    else:
        st.session_state[_ERROR] = _only_watching()


def attempt(act: Callable[..., Any], *given: Any) -> None:
    """Do what a button says, from its callback; an error is kept for `show_steering_error`."""
    try:
        act(*given)
    except SoftmaxError as error:
        logging.getLogger(__name__).info("shown to the reader: %s", error)
        st.session_state[_ERROR] = sentence(error)


def show_steering_error() -> bool:
    """Say once what the last button could not do, and return whether there was something to say."""
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(message, icon=":material/error:")
    return bool(message)
