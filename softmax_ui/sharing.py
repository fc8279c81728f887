"""How a server is shared: the settings of whoever runs it, from the environment.

On a person's own machine, bound to localhost, none of this gets in the way. docs/serving.md lists
every name in `SETTINGS`; a test fails when one is missing there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

import streamlit as st

from softmax_core.data import ImportLimits
from softmax_core.data.collection import Room
from softmax_core.errors import InvalidExperiment
from softmax_core.runs import Limits, Quota

OWN_MACHINE: Final = ("localhost", "127.0.0.1", "::1")

SETTINGS: Final[dict[str, tuple[int, int, int]]] = {
    "SOFTMAX_ACTIVE": (2, 2, 64),
    "SOFTMAX_WAITING": (8, 40, 1000),
    "SOFTMAX_PER_PERSON": (0, 2, 1000),
    "SOFTMAX_STEPS": (0, 100_000, 10**9),
    "SOFTMAX_STORE_MB": (2048, 2048, 10**7),
    "SOFTMAX_PERSON_MB": (0, 512, 10**7),
    "SOFTMAX_PERSON_RUNS": (0, 200, 10**6),
    "SOFTMAX_PERSON_PINS": (0, 20, 10**6),
    "SOFTMAX_PER_ADDRESS": (500, 500, 10**6),
    "SOFTMAX_UPLOAD_MB": (200, 50, 200),
    "SOFTMAX_PICTURES": (100_000, 100_000, 100_000),
    "SOFTMAX_IMPORTS": (2, 2, 16),
    "SOFTMAX_SETS_MB": (4096, 2048, 10**7),
    "SOFTMAX_PERSON_SETS_MB": (0, 200, 10**7),
    "SOFTMAX_PERSON_SETS": (0, 20, 10**6),
}
"""Name -> what holds on a person's own machine, what on a shared server, the most. 0: no bound."""


_given: Final[dict[str, int]] = {}  # while the server runs, by its teacher


def is_shared() -> bool:
    """Tell whether others reach this server: it listens beyond this machine, or is said to.

    Behind a proxy it listens on localhost for others, and SOFTMAX_SHARED=1 says so.
    """
    if os.environ.get("SOFTMAX_SHARED", "") not in ("", "0"):
        return True
    return (st.get_option("server.address") or "") not in OWN_MACHINE


def setting(name: str) -> int:
    """Return a setting: set while the server runs, else the environment's, else the default.

    Args:
        name: one of `SETTINGS`.

    Raises:
        InvalidExperiment: the environment's text is no whole number in the range.
    """
    own, shared, most = SETTINGS[name]
    if name in _given:
        return _given[name]
    given = os.environ.get(name, "").strip()
    if not given:
        return shared if is_shared() else own
    if not given.isdecimal() or int(given) > most:
        raise InvalidExperiment(name, given, f"a whole number from 0 to {most}")
    return int(given)


def set_limits(values: Mapping[str, int]) -> None:
    """Set limits until the server ends; whoever holds them takes them from here anew.

    Args:
        values: by the names of `SETTINGS`.

    Raises:
        InvalidExperiment: one is out of its range; then none is set.
    """
    for name, value in values.items():
        _own, _shared, most = SETTINGS[name]
        if not 0 <= value <= most:
            raise InvalidExperiment(name, value, f"a whole number from 0 to {most}")
    _given.update(values)


def given_limits() -> dict[str, int]:
    """Return the limits that were set while the server runs, by their names."""
    return dict(_given)


def limits() -> Limits:
    """Return what this server allows."""
    return Limits(
        active=max(setting("SOFTMAX_ACTIVE"), 1),
        waiting=setting("SOFTMAX_WAITING"),
        per_person=setting("SOFTMAX_PER_PERSON") or None,
        steps=setting("SOFTMAX_STEPS") or None,
        owned=is_shared(),
    )


def store_bytes() -> int:
    """Return the bound of the store in bytes."""
    return max(setting("SOFTMAX_STORE_MB"), 10) * 2**20


def import_limits() -> ImportLimits:
    """Return how much is read of what one person brings at a time."""
    return ImportLimits(
        pictures=max(setting("SOFTMAX_PICTURES"), 1),
        bytes=max(setting("SOFTMAX_UPLOAD_MB"), 1) * 2**20,
    )


def imports_at_once() -> int:
    """Return how many of the things that people bring are read at a time."""
    return max(setting("SOFTMAX_IMPORTS"), 1)


def room() -> Room:
    """Return how much is kept of the data sets that people bring."""
    return Room(
        bytes=setting("SOFTMAX_SETS_MB") * 2**20 or None,
        person_bytes=setting("SOFTMAX_PERSON_SETS_MB") * 2**20 or None,
        person_sets=setting("SOFTMAX_PERSON_SETS") or None,
    )


def quota() -> Quota:
    """Return what one person may keep in the store."""
    return Quota(
        bytes=setting("SOFTMAX_PERSON_MB") * 2**20 or None,
        runs=setting("SOFTMAX_PERSON_RUNS") or None,
        pins=setting("SOFTMAX_PERSON_PINS") or None,
    )
