from collections.abc import Callable
from pathlib import Path

import pytest

from softmax_core.errors import (
    InvalidExperiment,
    RunNotFound,
    RunNotSteerable,
    StoreFull,
    TooManyRuns,
)
from softmax_core.runs import Runner, Store

from .conftest import race
from .test_blocks import records
from .test_store import checkpoint, epoch


def ended(store: Store, status: str = "finished", steps: int = 2000) -> str:
    run = store.create(race(), 60).id
    store.append(run, records(steps), [epoch(1)])
    store.set_status(run, status)  # type: ignore[arg-type]
    return run


def fill_up(store: Store) -> None:
    """Let the store be just beyond its bound."""
    store._database.fold()
    store.max_bytes = store.used_bytes() - 1


def test_names_notes_and_pins_are_kept(store: Store) -> None:
    run, other = ended(store), ended(store)
    store.rename(run, "  the fast one ")
    store.annotate(run, "教室，第三课")
    store.pin(run)
    kept = store.run(run)
    assert (kept.name, kept.note, kept.pinned) == ("the fast one", "教室，第三课", True)
    assert (store.run(other).name, store.run(other).pinned) == ("", False)
    store.pin(run, pinned=False)
    assert not store.run(run).pinned


def test_too_long_a_name_is_refused(store: Store) -> None:
    run = ended(store)
    store.rename(run, " " + "x" * 80 + " ")
    store.annotate(run, "x" * 2000)
    assert (len(store.run(run).name), len(store.run(run).note)) == (80, 2000)
    with pytest.raises(InvalidExperiment, match="80 characters"):
        store.rename(run, "x" * 81)
    with pytest.raises(InvalidExperiment, match="2000 characters"):
        store.annotate(run, "x" * 2001)
    with pytest.raises(RunNotFound):
        store.rename("nobody", "x")


def test_a_deleted_run_is_gone_until_it_is_restored(store: Store) -> None:
    run, other = ended(store), ended(store)
    store.delete(run)
    assert [left.id for left in store.runs()] == [other]
    for ask in (store.run, store.steps):
        with pytest.raises(RunNotFound):
            ask(run)
    store.restore(run)
    assert {left.id for left in store.runs()} == {run, other}
    assert len(store.steps(run)) == 2000


@pytest.mark.parametrize("status", ["queued", "running", "paused"])
def test_a_run_under_way_is_not_deleted(store: Store, status: str) -> None:
    run = ended(store, status)
    with pytest.raises(RunNotSteerable, match="be deleted"):
        store.delete(run)
    assert store.run(run).status == status


def test_room_is_made_in_order(store: Store) -> None:
    stopped, first, pinned, second, deleted = (
        ended(store, status) for status in ("stopped", "finished", "finished", "failed", "finished")
    )
    going = ended(store, "running")
    store.pin(pinned)
    store.rename(first, "the oldest")
    store.delete(deleted)
    order = []
    for _ in range(4):
        fill_up(store)
        order += [gone.run_id for gone in store.keep_bounded()]
    assert order == [deleted, first, second, stopped]
    assert {run.id for run in store.runs()} == {pinned, going}
    assert [gone.run_id for gone in store.cleared()] == order[::-1]
    assert store.cleared()[-2].name == "the oldest"
    fill_up(store)
    with pytest.raises(StoreFull) as full:
        store.keep_bounded()
    assert full.value.limit == store.max_bytes
    assert {run.id for run in store.runs()} == {pinned, going}


def test_no_more_is_cleared_than_has_to_be(store: Store) -> None:
    _first, second = ended(store), ended(store)
    ended(store)
    fill_up(store)
    store.keep_bounded()
    store.max_bytes = store.used_bytes()
    ended(store)  # as large as the one that was cleared
    assert [gone.run_id for gone in store.keep_bounded()] == [second]
    assert store.used_bytes() == store.max_bytes


def test_nothing_is_cleared_below_the_bound(store: Store) -> None:
    run = ended(store)
    store.max_bytes = store.used_bytes()
    assert store.keep_bounded() == []
    assert store.run(run).id == run
    assert store.cleared() == []


def test_a_run_that_saves_clears_others_but_not_itself(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        old, new = ended(store), ended(store, "stopped")
        fill_up(store)
        store.append(new, checkpoint=checkpoint(1), durable=False)
        with pytest.raises(RunNotFound):
            store.run(old)
        store.max_bytes = 1
        with pytest.raises(StoreFull):
            store.append(new, checkpoint=checkpoint(2))
        assert store.checkpoint(new).step == 2  # type: ignore[union-attr]


def test_space_that_was_cleared_is_used_again(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with Store(path, max_bytes=400_000) as store:
        for _ in range(12):
            ended(store)
            store.keep_bounded()
    assert path.stat().st_size < 600_000


def test_a_person_has_so_many_runs_at_once(make_runner: Callable[..., Runner]) -> None:
    runner = make_runner(active=1, per_person=2)
    mine = [runner.start(race(epochs=1000), owner="me") for _ in range(2)]
    with pytest.raises(TooManyRuns) as refused:
        runner.start(race(), owner="me")
    assert (refused.value.running, refused.value.limit) == (2, 2)
    runner.start(race(epochs=1000), owner="you")
    runner.stop(mine[1].id)
    runner.start(race(epochs=1000), owner="me")


def test_steps_are_bounded_before_anything_is_stored(
    make_runner: Callable[..., Runner], store: Store
) -> None:
    runner = make_runner(steps=5000)
    with pytest.raises(InvalidExperiment, match="at most 2 with minibatches of 30") as refused:
        runner.start(race(epochs=3))
    assert (refused.value.field, refused.value.value) == ("epochs", 3)
    assert store.runs() == []
    runner.start(race(epochs=2))
