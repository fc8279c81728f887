"""What a server allows, from the environment; on one's own machine nothing is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from softmax_core.errors import InvalidExperiment
from softmax_ui import sharing as serving


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("SOFTMAX_SHARED", *serving.SETTINGS):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("bound_to", "shared"),
    [("localhost", False), ("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), (None, True)],
)
def test_a_server_is_shared_when_it_listens_beyond_the_machine(
    address: pytest.MonkeyPatch, bound_to: str | None, shared: bool
) -> None:
    address.setattr(st, "get_option", lambda _name: bound_to)
    assert serving.is_shared() is shared
    allowed = serving.limits()
    assert (allowed.per_person is not None) is shared
    assert (allowed.steps is not None) is shared


def test_behind_a_proxy_a_server_is_said_to_be_shared(address: pytest.MonkeyPatch) -> None:
    address.setattr(st, "get_option", lambda _name: "localhost")
    address.setenv("SOFTMAX_SHARED", "0")
    assert not serving.is_shared()
    address.setenv("SOFTMAX_SHARED", "1")
    assert serving.is_shared()


def test_the_environment_decides(address: pytest.MonkeyPatch) -> None:
    for name, value in {"ACTIVE": "3", "WAITING": "0", "PER_PERSON": "5", "STEPS": "0"}.items():
        address.setenv(f"SOFTMAX_{name}", value)
    address.setenv("SOFTMAX_STORE_MB", "100")
    allowed = serving.limits()
    assert (allowed.active, allowed.waiting, allowed.per_person) == (3, 0, 5)
    assert allowed.steps is None
    assert serving.store_bytes() == 100 * 2**20


@pytest.mark.parametrize("value", ["-1", "two", "1e3", "65"])
def test_nonsense_is_refused_by_name(address: pytest.MonkeyPatch, value: str) -> None:
    address.setenv("SOFTMAX_ACTIVE", value)
    with pytest.raises(InvalidExperiment, match=r"SOFTMAX_ACTIVE is .* from 0 to 64"):
        serving.limits()


def test_the_most_that_a_setting_allows_is_allowed(address: pytest.MonkeyPatch) -> None:
    address.setenv("SOFTMAX_ACTIVE", "64")
    assert serving.limits().active == 64


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")
    for name, (own, shared, _most) in serving.SETTINGS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        cells = [cell.strip() for cell in row.split("|")]
        told = [0 if cell == "no bound" else int(cell.replace(",", "")) for cell in cells[2:4]]
        assert told == [own, shared], name


def test_limits_that_are_set_while_it_runs_hold_until_the_end(
    address: pytest.MonkeyPatch,
) -> None:
    address.setattr(serving, "_given", {})
    address.setenv("SOFTMAX_ACTIVE", "3")
    serving.set_limits({"SOFTMAX_ACTIVE": 5, "SOFTMAX_STEPS": 700, "SOFTMAX_PERSON_PINS": 1})
    assert (serving.limits().active, serving.limits().steps, serving.quota().pins) == (5, 700, 1)
    with pytest.raises(InvalidExperiment, match="SOFTMAX_ACTIVE"):
        serving.set_limits({"SOFTMAX_STEPS": 1, "SOFTMAX_ACTIVE": 65})
    assert serving.limits().steps == 700, "all of them or none"
