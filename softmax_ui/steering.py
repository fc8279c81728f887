"""Who may steer a run: on a shared server whoever started it, or holds its steering link.

A browser keeps a random key of its own. The secret of a run that it starts is an HMAC of the
run's id under that key, so it can be made again after a reload and need not be stored; the store
has only its digest, and how often the link was made anew. A steering link carries the secret behind
a `#`, which browsers never send with a request, so no log has it; the page takes it into the
browser's keeping and out of the address. The session remembers what the browser has said, from page
to page. The teacher steers every run. On a person's own machine everybody may steer,
and none of this runs.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from softmax_core.errors import RunNotFound, SoftmaxError
from softmax_ui import teacher
from softmax_ui.cache import store
from softmax_ui.components.steering_keys import steering_keys
from softmax_ui.notices import sentence
from softmax_ui.pages import RUNS, TRAINING
from softmax_ui.sharing import is_shared
from softmax_ui.text import _

if TYPE_CHECKING:  # importing torch takes seconds
    from softmax_core.runs import Head

Made = TypeVar("Made")

_HELD: Final = "steering_held"
_ERROR: Final = "steering_error"
_RENEWED: Final = "teacher_renewed"
_SECRET: Final = re.compile(r"[0-9a-f]{64}")

MOST_SECRETS: Final = 100
"""Steering links of others that a browser keeps (steering_keys/component.js has the number too)."""


def identify() -> None:
    """Learn from the browser who is here; a page that starts or steers runs calls it once."""
    if not is_shared():
        return
    renewed = st.session_state.get(_RENEWED, "")
    given = steering_keys(known=bool(_held()["key"]), key="steering_keys", renewed=renewed)
    if given is not None:  # a page that was just opened has not asked yet
        st.session_state[_HELD] = _checked(given)


def may_start() -> bool:
    """Tell whether a run that is started now would be somebody's."""
    return not is_shared() or bool(_held()["key"])


def owner() -> str:
    """Return a digest of who is here, for the limits a person has; "" on one's own machine."""
    key = _held()["key"]
    return hashlib.sha256(f"owner {key}".encode()).hexdigest()[:16] if key else ""


def proof() -> Callable[[str], str] | None:
    """Return what lets the one who is here steer a run that they start: its id -> a digest.

    None on one's own machine, and before the browser has said who it is.
    """
    if not is_shared() or not _held()["key"]:
        return None
    return lambda run_id: _digest(_own_secret(run_id))


def may_steer(run_id: str) -> bool:
    """Tell whether the one who is here may steer a run."""
    return not is_shared() or _secret(run_id) is not None or is_teacher()


def is_teacher() -> bool:
    """Tell whether the one who is here is the teacher; on one's own machine everybody is."""
    return not is_shared() or teacher.is_secret(_teachers_secret())


def _teachers_secret() -> str:
    return str(st.session_state.get(_RENEWED) or _held().get("teacher", ""))


def for_teacher(make: Callable[[], Made]) -> Callable[[], Made]:
    """Return what makes a file for the teacher who is here, and for nobody once that has ended.

    A file is made when it is asked for, and the page that offers it may be older than that.
    """
    secret = _teachers_secret()

    def made() -> Made:
        if is_shared() and not teacher.is_secret(secret):
            raise PermissionError("The teacher's link was made anew; this page has the former one.")
        return make()

    return made


def renew_teacher(base: str) -> str:
    """Make another teacher's link, and keep it in this browser; the one before ends.

    Args:
        base: the app's own address.
    """
    link = teacher.new_link(base)
    st.session_state[_RENEWED] = link.rpartition("=")[2]
    return link


def listed(heads: list[Head]) -> list[Head]:
    """Return the runs that the one who is here finds in a list, in the same order."""
    ids = found(head.id for head in heads)
    return heads if len(ids) == len(heads) else [head for head in heads if head.id in ids]


def found(ids: Iterable[str]) -> set[str]:
    """Return which runs the one who is here may come upon without their links.

    On a shared server those are what they started, what they hold a steering link of, and what was
    shown to the class; the teacher finds all.
    """
    asked = set(ids)
    if is_teacher():
        return asked
    return asked & {*store().shown(), *store().ids_of(owner()), *_held()["secrets"]}


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


def renew_link(run_id: str) -> None:
    """Make another steering link of a run, for the one who started it; the one before ends."""
    if _is_own(run_id):
        renewed = _stored(run_id)[0]
        fresh = _digest(_own_secret(run_id, renewed + 1))
        store().set_steering(run_id, f"{renewed + 1}:{fresh}")
    else:
        st.session_state[_ERROR] = _only_watching()


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
            st.markdown(_("Whoever has this link may pause, stop and change the run, as you can:"))
            st.code(link, language=None, wrap_lines=True)
            if _is_own(run_id):
                st.button(
                    _("Make another link"),
                    key="renew_link",
                    icon=":material/link_off:",
                    help=_("The link above then steers no more; you go on steering."),
                    on_click=attempt,
                    args=(renew_link, run_id),
                )


def _only_watching() -> str:
    return _("You are watching. Whoever started this run steers it.")


def _secret(run_id: str) -> str | None:
    """Return the secret that steers a run, if it is in this browser's keeping."""
    held = _held()
    if not held["key"]:
        return None
    try:
        renewed, wanted = _stored(run_id)
    except RunNotFound:
        return None
    for secret in (_own_secret(run_id, renewed), held["secrets"].get(run_id, "")):
        if _fits(secret, wanted):
            return secret
    return None


def _stored(run_id: str) -> tuple[int, str]:
    """Return how often a run's link was made anew, and the digest of its secret."""
    renewed, _colon, digest = store().steering(run_id).rpartition(":")
    return int(renewed or 0), digest


def _is_own(run_id: str) -> bool:
    """Tell whether the one who is here started a run."""
    renewed, wanted = _stored(run_id)
    return bool(_held()["key"]) and _fits(_own_secret(run_id, renewed), wanted)


def _fits(secret: str, wanted: str) -> bool:
    return bool(wanted) and hmac.compare_digest(_digest(secret), wanted)


def _own_secret(run_id: str, renewed: int = 0) -> str:
    named = f"{run_id} {renewed}" if renewed else run_id
    return hmac.new(_held()["key"].encode(), named.encode(), hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _held() -> dict[str, Any]:
    return st.session_state.get(_HELD) or {"key": "", "secrets": {}}


def _checked(given: object) -> dict[str, Any]:
    """Return what the browser holds, if it is of the right form; anything else holds nothing."""
    if not isinstance(given, dict) or not isinstance(given.get("secrets"), dict):
        return {"key": "", "secrets": {}}
    key, teachers = (
        each if isinstance(each, str) and _SECRET.fullmatch(each) else ""
        for each in (given.get("key"), given.get("teacher"))
    )
    newest = islice(reversed(given["secrets"].items()), MOST_SECRETS)
    return {
        "key": key,
        "teacher": teachers,
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


def as_teacher(act: Callable[..., Any], *given: Any) -> None:
    """Do what only the teacher may, from a widget's callback; refused to everybody else."""
    if is_teacher():
        attempt(act, *given)
    else:
        st.session_state[_ERROR] = _("Only the teacher may do this.")


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
