import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from softmax_core.errors import (
    InvalidExperiment,
    QuotaReached,
    RunNotFound,
    RunNotSteerable,
    StoreFull,
    TooManyRuns,
)
from softmax_core.runs import Quota, Runner, Store, schema

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


def test_a_run_that_saves_clears_others_but_not_itself(store: Store) -> None:
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


def owned(store: Store, owner: str, steps: int, status: str = "finished") -> str:
    run = store.create(race(), 60, owner=owner).id
    store.append(run, records(steps))
    store.set_status(run, status)  # type: ignore[arg-type]
    return run


def test_whoever_holds_most_is_cleared_first(store: Store) -> None:
    small = [owned(store, "small", 2000)]
    large = [owned(store, "large", 2000) for _ in range(3)]
    order = []
    for _ in range(3):
        fill_up(store)
        order += [gone.run_id for gone in store.keep_bounded()]
    # With one run each it is the older one's turn.
    assert order == [large[0], large[1], small[0]]


def test_for_a_run_under_way_nobody_loses_one_who_holds_less(store: Store) -> None:
    theirs = owned(store, "small", 500)
    old = owned(store, "large", 1000)
    growing = owned(store, "large", 4000, "running")
    fill_up(store)
    assert [gone.run_id for gone in store.keep_bounded(growing)] == [old]
    fill_up(store)
    with pytest.raises(StoreFull):
        store.keep_bounded(growing)
    assert store.run(theirs).status == "finished"
    assert [gone.run_id for gone in store.keep_bounded(owned(store, "new", 0))] == [theirs]


def test_a_persons_bytes_are_bounded_by_clearing_their_own_runs(store: Store) -> None:
    theirs, old = owned(store, "you", 4000), owned(store, "me", 2000)
    growing = owned(store, "me", 2000, "running")
    _count, held = store.held("me")
    assert held == pytest.approx(2 * 2000 * 68, rel=0.02)
    store.quota = Quota(bytes=held)
    store.append(growing, records(8, first=2001), checkpoint=checkpoint(2008))
    assert [gone.run_id for gone in store.cleared()] == [old]
    assert store.run(theirs).status == "finished"
    store.quota = Quota(bytes=1000)
    with pytest.raises(QuotaReached) as reached:
        store.append(growing, checkpoint=checkpoint(2008))
    assert (reached.value.kind, reached.value.limit) == ("bytes", 1000)


def test_a_persons_runs_are_counted(store: Store, make_runner: Callable[..., Runner]) -> None:
    runner = make_runner()
    store.quota = Quota(runs=2)
    mine = [owned(store, "me", 8) for _ in range(2)]
    other = owned(store, "you", 8)
    begun = runner.start(race(), owner="me")
    assert {run.id for run in store.runs()} == {mine[1], other, begun.id}
    runner.wait(begun.id)
    for run_id in (mine[1], begun.id):
        store.pin(run_id)
    with pytest.raises(QuotaReached) as reached:
        runner.start(race(), owner="me")
    assert (reached.value.kind, reached.value.used) == ("runs", 2)
    runner.start(race())  # without an owner, as on one's own machine


def test_a_persons_pins_are_counted(store: Store) -> None:
    store.quota = Quota(pins=1)
    one, two = owned(store, "me", 8), owned(store, "me", 8)
    store.pin(one)
    store.pin(one)
    with pytest.raises(QuotaReached) as reached:
        store.pin(two)
    assert reached.value.kind == "pins"
    store.pin(owned(store, "you", 8))
    store.pin(one, pinned=False)
    store.pin(two)


def test_the_bytes_of_a_run_are_those_of_its_rows(store: Store) -> None:
    run = store.create(race(), 60).id
    state = checkpoint(8)
    for first in (1, 5, 3):  # the last one replaces parts of the others
        store.append(run, records(4, first=first), [epoch(1)], state)
    for ended in range(70):
        store.append(run, epoch_weights=(ended, state.weights, state.bias))
    with store.database.writing() as connection:
        counted, best = connection.execute("SELECT bytes, best FROM runs").fetchone()
        (there,) = connection.execute(
            "SELECT length(experiment)"
            " + (SELECT sum(length(epochs) + length(figures)) FROM blocks)"
            " + (SELECT sum(length(record)) FROM epochs)"
            " + (SELECT sum(length(parameters)) FROM weights)"
            " + (SELECT sum(length(state)) FROM checkpoints) FROM runs"
        ).fetchone()
        assert (counted, best) == (there, 0.5)
        if isinstance(connection, sqlite3.Connection):  # what a salvage counts
            schema.define_functions(connection)
            connection.execute(schema.MEASURE)
            assert connection.execute("SELECT bytes, best FROM runs").fetchone() == (counted, 0.5)


def test_a_long_run_keeps_its_weights_more_thinly(store: Store) -> None:
    run, state = store.create(race(), 60).id, checkpoint(1)
    for ended in range(80):
        store.append(run, epoch_weights=(ended, state.weights, state.bias))
    assert store.weight_epochs(run) == [*range(33), *range(34, 64, 2), *range(64, 80, 4), 79]


def test_the_store_takes_no_more_of_the_disk_than_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    bound = 3 * 2**20
    with Store(path, max_bytes=bound) as store:
        for _ in range(30):
            run = ended(store)
            store.append(run, checkpoint=checkpoint(1))
            taken = sum(part.stat().st_size for part in tmp_path.iterdir())
            assert taken < bound + 2**20
        assert taken > bound / 2
    with Store(path, max_bytes=2**19) as store:  # whoever runs the server gives it less
        store.hold().release()
        assert store.runs()
    assert path.stat().st_size <= 2**19


def test_clearing_a_large_run_writes_little(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        run = store.create(race(), 60).id
        for first in range(1, 60_001, 2000):
            store.append(run, records(2000, first=first), durable=False)
        store.set_status(run, "finished")
        fill_up(store)
        before = store._database.disk_bytes()
        store._clear("SELECT id, name FROM runs")
        assert store._database.disk_bytes() - before < before / 10
