import math
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from softmax_core.errors import RunNotFound
from softmax_core.runs import Head, Store, catalogue
from softmax_core.runs.database import Connection
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.records import EpochRecord, RateChange

from .conftest import race
from .test_blocks import records


def epoch(number: int, value: float = 0.5) -> EpochRecord:
    pair = [value, math.nan]
    return EpochRecord(number, 4 * number, pair, pair, None, None, pair, pair, [[[1]], [[2]]])


def checkpoint(step: int) -> Checkpoint:
    generator = torch.Generator().manual_seed(step)
    shapes = ((2, 10, 784), (2, 10)) * 2
    w, b, w_velocity, b_velocity = (torch.randn(shape, generator=generator) for shape in shapes)
    momenta = (w_velocity, b_velocity)
    return Checkpoint(step, w, b, *momenta, [0.1, 0.2], [math.nan, 1.5], [3.0, 4.0], 7)


def test_the_list_of_all_runs_is_read_again_only_after_a_change(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [store.create(race(), 60) for _ in range(3)]
    read: list[int] = []
    original = catalogue._read_heads

    def noted(connection: Connection) -> Sequence[Head]:
        read.append(1)
        return original(connection)

    monkeypatch.setattr(catalogue, "_read_heads", noted)
    assert [head.id for head in store.heads()] == [run.id for run in reversed(runs)]
    store.heads().clear()  # the caller's own list
    assert len(store.heads()) == 3
    with store._database.reading() as connection:
        has_state = connection.state() is not None
    assert len(read) == (1 if has_state else 3)
    store.set_status(runs[0].id, "stopped")
    assert store.heads()[2].status == "stopped"
    store.set_status(runs[2].id, "finished")
    store.pin(runs[1].id, True)
    assert store.heads()[1].pinned
    store.delete(runs[2].id)
    assert [head.id for head in store.heads()] == [runs[1].id, runs[0].id]
    store.rename(runs[0].id, "a name")
    with ThreadPoolExecutor(4) as pool:  # each thread's connection has read another state
        assert {each[1].name for each in pool.map(lambda _k: store.heads(), range(8))} == {"a name"}


def test_a_new_run_is_what_was_asked_for(store: Store) -> None:
    run = store.create(race(), 60, owner="somebody")
    assert store.run(run.id) == run
    assert (run.experiment, run.status, run.step, run.total_steps) == (race(), "queued", 0, 60)
    assert (run.started, run.ended, run.error, run.name, run.note) == (None, None, None, "", "")
    assert run.owner == "somebody"
    assert len(run.id) >= 12
    assert store.checkpoint(run.id) is None
    assert store.latest_weights(run.id) is None
    assert len(store.steps(run.id)) == len(store.epochs(run.id)) == 0


@pytest.mark.file("SQLite's way of saying so")
@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_what_has_to_outlive_a_power_cut_waits_for_the_disk(
    store: Store, durable: bool, synchronous: int
) -> None:
    # SQLite's FULL is 2 and waits for the disk at each commit; NORMAL is 1 and does not.
    with store._database.writing(durable=durable) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == synchronous


def test_the_newest_run_comes_first_also_within_a_millisecond(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "now", lambda: "2026-01-01T00:00:00.000+00:00")
    created = [store.create(race(seed=seed), 60).id for seed in range(5)]
    assert [run.id for run in store.runs()] == created[::-1]


def test_a_status_says_when_it_began_and_ended(store: Store) -> None:
    run = store.create(race(), 60).id
    store.set_status(run, "running")
    started = store.run(run).started
    assert started is not None
    store.set_status(run, "failed", "no reason")
    failed = store.run(run)
    assert (failed.status, failed.error, failed.started) == ("failed", "no reason", started)
    assert failed.ended is not None
    assert failed.ended >= started
    store.set_status(run, "running")
    again = store.run(run)
    assert (again.error, again.ended, again.started) == (None, None, started)


def test_an_unknown_run_is_named(store: Store) -> None:
    for ask in (store.run, store.steps, lambda run: store.weights(run, 0)):
        with pytest.raises(RunNotFound) as missing:
            ask("nobody")
        assert missing.value.run_id == "nobody"
    with pytest.raises(RunNotFound):
        store.append("nobody", records(1))
    assert len(store.epochs("nobody")) == 0


def test_what_is_appended_is_read_again(store: Store, place: Path | str) -> None:
    run = store.create(race(), 60).id
    state = checkpoint(8)
    changes = [RateChange(3, 1, 0.1 + 0.2), RateChange(2, 0, 5e-8)]
    store.append(run, records(5), seconds=(0.0, 1.0))
    store.append(
        run,
        records(3, first=6),
        [epoch(1), epoch(2)],
        state,
        (2, state.weights, state.bias),
        rate_changes=changes,
        seconds=(1.0, 4.0),
    )
    store.close()
    with Store(place) as again:
        assert again.run(run).step == 8
        columns = again.steps(run)
        assert columns.loss.tolist() == [record.loss for record in records(8)]
        assert columns.seconds.tolist() == [0.2, 0.4, 0.6, 0.8, 1.0, 2.0, 3.0, 4.0]
        assert again.seconds(run) == 4.0
        assert str([asdict(e) for e in again.epochs(run)]) == str(
            [asdict(epoch(1)), asdict(epoch(2))]
        )
        assert again.rate_changes(run) == changes
        assert again.weight_epochs(run) == [2]
        weights, bias = again.weights(run, 2)
        assert torch.equal(weights, state.weights)
        assert torch.equal(bias, state.bias)
        kept = again.checkpoint(run)
        assert kept is not None
        assert kept.to_bytes() == state.to_bytes()
        step, weights, bias = again.latest_weights(run)  # type: ignore[misc]
        assert (step, weights.shape, bias.shape) == (8, (2, 10, 784), (2, 10))


@pytest.mark.parametrize(
    ("after", "up_to", "wanted"),
    [
        (0, None, range(1, 13)),
        (4, None, range(5, 13)),
        (2, 7, range(3, 8)),
        (12, None, []),
        (3, 3, []),
    ],
)
def test_a_page_reads_on_from_where_it_is(
    store: Store, after: int, up_to: int | None, wanted: range
) -> None:
    run = store.create(race(), 60).id
    for first in (1, 5, 9):
        store.append(run, records(4, first=first))
    store.append(store.create(race(), 60).id, records(20, shift=9.0))
    columns = store.steps(run, after, up_to)
    assert columns.step.tolist() == list(wanted)
    assert columns.loss.tolist() == [records(12)[step - 1].loss for step in wanted]


@pytest.mark.parametrize(("first", "count"), [(1, 3), (3, 4), (5, 4), (2, 11), (11, 6)])
def test_records_made_again_replace_the_old_ones(store: Store, first: int, count: int) -> None:
    run = store.create(race(), 60).id
    for start in (1, 5, 9):
        store.append(run, records(4, first=start))
    store.append(run, records(count, first=first, shift=100.0))
    last = first + count - 1
    columns = store.steps(run)
    assert columns.step.tolist() == list(range(1, max(12, last) + 1))
    replaced = (columns.loss[:, 0] > 50).tolist()
    assert replaced == [first <= step <= last for step in columns.step.tolist()]
    assert store.run(run).step == max(12, last)


def test_epochs_and_weights_made_again_replace_the_old_ones(store: Store) -> None:
    run = store.create(race(), 60).id
    for value in (1.0, 2.0):
        ones = torch.full((2, 10, 784), value)
        store.append(run, epochs=[epoch(1, value)], epoch_weights=(1, ones, ones[:, :, 0]))
    assert [record.train_loss[0] for record in store.epochs(run)] == [2.0]
    assert store.weights(run, 1)[0].unique().tolist() == [2.0]


def test_a_flush_happens_whole_or_not_at_all(store: Store) -> None:
    run = store.create(race(), 60).id
    store.append(run, records(4))
    broken = (1, None, None)
    with pytest.raises(AttributeError):
        store.append(run, records(4, first=5), [epoch(1)], epoch_weights=broken)  # type: ignore[arg-type]
    assert store.steps(run).step.tolist() == [1, 2, 3, 4]
    assert store.epochs(run) == []
    assert store.run(run).step == 4


def test_many_threads_read_while_one_writes(store: Store) -> None:
    run = store.create(race(), 60).id
    problems: list[str] = []

    def watch() -> None:
        seen = 0
        while seen < 400:
            columns = store.steps(run, after=seen)
            if columns.step.tolist() != list(range(seen + 1, seen + 1 + len(columns))):
                problems.append(f"a gap after {seen}: {columns.step}")
                return
            seen += len(columns)

    watchers = [threading.Thread(target=watch) for _ in range(6)]
    for watcher in watchers:
        watcher.start()
    for first in range(1, 401, 10):
        store.append(run, records(10, first=first), durable=False)
    for watcher in watchers:
        watcher.join(20)
    assert problems == []
    assert not any(watcher.is_alive() for watcher in watchers)


@pytest.mark.file("it is copied")
def test_a_closed_store_is_one_file_even_while_somebody_reads(store: Store, tmp_path: Path) -> None:
    run = store.create(race(), 60).id
    store.append(run, records(4))
    with Store(store.path) as reading, reading._database.reading():
        store.close()
        alone = Path(shutil.copy(store.path, tmp_path / "copied.sqlite"))
    with Store(alone) as copied:
        assert len(copied.steps(run)) == 4


def test_a_run_is_shown_until_it_is_hidden_or_gone(store: Store) -> None:
    first, second = (store.create(race(), 60, owner=owner).id for owner in ("one", "two"))
    store.show(first)
    store.show(first)
    store.show(second)
    assert store.shown() == {first, second}
    store.show(second, False)
    assert store.shown() == {first}
    with pytest.raises(RunNotFound):
        store.show("nobody")
    assert store.ids_of("one") == {first}
    assert store.ids_of("") == set()
