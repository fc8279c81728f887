"""The film of a run on its page, a run that goes on from a step, and a group of seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from softmax_core.runs import Run, Store
from softmax_core.training import Experiment, RateChange, Variant
from softmax_ui import cache, steering
from softmax_ui.live.message import message
from softmax_ui.live.watched import Watched
from softmax_ui.screens.run import film
from softmax_ui.screens.runs.table import CHOSEN

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The app's own store, in a folder of its own."""
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    cache.glance_of.clear()
    yield cache.store()
    cache.close_runs()
    cache.glance_of.clear()


@pytest.fixture
def run(store: Store) -> Run:
    """A run of one epoch in 60 steps, with a change of its learning rate."""
    experiment = Experiment([Variant("one")], batch_size=1000, epochs=1)
    made = cache.runner().start(
        experiment,
        owner="another",
        steering=lambda run_id: run_id,
        rate_changes=[RateChange(30, 0, 0.05)],
    )
    assert cache.runner().wait(made.id, 60).status == "finished"
    return store.run(made.id)


def opened(run: Run, page: str = "training_dashboard", **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in {"run": run.id, **query}.items():
        test.query_params[name] = value
    test.switch_page(f"pages/{page}.py").run()
    assert not test.exception
    return test


def others(store: Store, run: Run) -> list[Run]:
    return [each for each in store.runs() if each.id != run.id]


def test_a_link_shows_a_run_at_a_step(run: Run) -> None:
    page = opened(run, step="20", view="confusion")
    assert any("after step 20" in caption.value for caption in page.caption)
    weights, _bias = cache.films().at(run.id, 20)
    assert weights.shape == (1, 10, 784)
    for query, step, unit in (({"step": "20"}, 20, 60), ({"axis": "steps"}, None, 1)):
        told = message(Watched.from_query(run.id, query))
        assert (told["step"], told["curves"]["unit"]) == (step, unit)


def test_a_run_goes_on_from_the_step_that_is_shown(store: Store, run: Run) -> None:
    page = opened(run, step="40")
    assert page.text_input(key="fork_rate_" + f"{run.id}_0_0.05_typed").value == "0.05"
    page.button(key="fork_0").click().run()
    (child,) = others(store, run)
    assert (child.parent, child.forked_at) == (run.id, 40)
    cache.runner().wait(child.id, 60)
    assert store.steps(child.id).loss.tobytes() == store.steps(run.id).loss.tobytes()
    listed = opened(run, "runs").dataframe[0].value
    assert listed["descent"].tolist() == [f"step 40 of {run.names[0]}", ""]
    store.delete(run.id)
    listed = opened(run, "runs").dataframe[0].value
    assert listed["descent"].tolist() == ["step 40 of a run that is not here"]


def test_it_is_said_how_far_a_step_is_that_has_to_be_computed_before_a_run_goes_on(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "_WAITED", 5)
    told: list[tuple[float, str]] = []
    place = st.empty()
    monkeypatch.setattr(
        type(place), "progress", lambda _place, share, said: told.append((share, said))
    )
    page = opened(run, step="40")
    assert told
    told.clear()
    page.button(key="fork_0").click().run()
    assert others(store, run)[0].forked_at == 40
    assert {said for _share, said in told} == {"Computing step 40 again …"}
    assert all(0 <= share <= 1 for share, _said in told)


def test_who_may_not_start_may_neither_fork_nor_repeat(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    cache.close_runs()
    store = cache.runner().store
    known: dict[str, Any] = {"key": "a" * 64, "secrets": {}}
    held = [known]
    monkeypatch.setattr(steering, "steering_keys", lambda **_asked: held[0])
    for key in ("fork_0", "repeat_seeds_0"):
        held[0] = known
        page = opened(run, step="40")
        # What was drawn for one who may start is pressed when nobody is known any more.
        page.session_state["steering_held"] = held[0] = {"key": "", "secrets": {}}
        page.button(key=key).click().run()
        assert "has not yet said who it is" in page.error[0].value
        assert not others(store, run)
    held[0] = known
    opened(run, step="40").button(key="fork_0").click().run()
    (child,) = others(store, run)
    assert child.owner not in ("", "another")


def test_a_group_of_seeds_is_one_row_that_unfolds(store: Store, run: Run) -> None:
    asked = opened(run).button(key="repeat_seeds_0").click().run()
    queued = [each.value for each in asked.markdown if "queued as one group" in each.value]
    assert len(queued) == 1
    row = asked.main.get_by_key("film")
    assert isinstance(row, Block)
    assert not [each for each in row.markdown if each.value in queued], "below it, moving nothing"
    members = others(store, run)
    assert sorted(member.experiment.seed for member in members) == [1, 2, 3, 4, 5]
    assert len({member.group for member in members}) == 1
    for member in members:
        assert cache.runner().wait(member.id, 120).status == "finished"
    store.set_status(members[0].id, "stopped")
    page = opened(run, "runs")
    rows = page.dataframe[0].value
    assert len(rows) == 2
    assert rows["name"][0].startswith("▸")
    assert rows["status"][0] == "4 of 5 finished"
    assert "n = 4 of 5" in rows["spread"][0]
    measured = [store.epochs(member.id)[-1].test_accuracy[0] for member in members[1:]]
    assert rows["accuracy"][0] == pytest.approx(sum(measured) / 4)
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page.session_state[CHOSEN] = [members[0].group]
    page.switch_page("pages/runs.py").run()
    page.button(key="unfold").click().run()
    assert len(page.dataframe[0].value) == 7
    assert page.query_params["unfolded"] == members[0].group

    group = f"{members[0].group}.0"
    page.button(key="add_ticked").click().run()
    assert page.multiselect(key="curves_chosen").value == [group]
    assert page.query_params["curves"] in (group, [group])
    # Also where the list does not show it.
    for query in ({}, {"search": "no run fits this"}):
        page = opened(run, "runs", curves=f"{group} {run.id}.0", **query)
        told = page.dataframe[-1].value
        assert told["Curve"][0].endswith(" · 5 seeds")
        assert told["Seed"].tolist() == ["1, 2, 3, 4, 5", "0"]
        assert told["Test accuracy"][0] == pytest.approx(sum(measured) / 4)
        assert told["± of the group"][0].endswith("n = 4 of 5")
        (figure,) = (each["figure"] for each in components(page) if "figure" in each)
        band, mean, single = figure["data"]
        assert band["fill"] == "toself"
        assert mean["name"].endswith("mean ± s, n = 4")
        assert not single["name"].endswith("n = 4")


def components(page: AppTest) -> list[dict[str, Any]]:
    protos = [part.proto for part in page.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]
