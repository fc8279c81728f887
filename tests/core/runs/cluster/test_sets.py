"""Data sets that people bring, kept in a database: every server and every worker finds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from softmax_core.data import Dataset, Split, save
from softmax_core.data.collection import UNDO_SECONDS, Collection, Room
from softmax_core.data.saving import ENDING
from softmax_core.errors import CollectionFull, DatasetMissing
from softmax_core.runs import Store
from softmax_core.runs.cluster import sets
from softmax_core.runs.cluster.sets import SharedSets, StoreKeeping, copied_sets


@pytest.fixture
def store(emptied: str) -> Iterator[Store]:
    with Store(emptied) as opened:
        yield opened


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another has changed is seen at the next look."""
    monkeypatch.setattr(sets, "FRESH_SECONDS", 0.0)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


CLOCK = Clock()


def server(store: Store, folder: Path, room: Room | None = None) -> Collection:
    """Return what one server has: a folder of its own, and the database."""
    keeping = StoreKeeping(store.database, folder)
    return Collection(folder, keeping=keeping, room=room, clock=CLOCK)


def birds(seed: int = 0) -> Dataset:
    drawn = np.random.default_rng(seed).integers(0, 256, (12, 8, 8), dtype=np.uint8)
    labels, pictures = torch.arange(12) % 3, torch.from_numpy(drawn)
    train, test = (Split(pictures[k::2], labels[k::2]) for k in (0, 1))
    return Dataset(train, test, ("chick", "duck", "goose"), "birds")


def adopted(collection: Collection, dataset: Dataset, owner: str, folder: Path) -> str:
    path = folder / "arriving.npz"
    save(dataset, path)
    return collection.adopt(path, dataset.description, owner, {"kind": "zip"}).data.digest


def test_what_is_brought_to_one_server_is_found_by_the_others_bit_for_bit(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "PIECE_BYTES", 100)  # many pieces
    here, there = server(store, tmp_path / "a"), server(store, tmp_path / "b")
    brought = birds()
    digest = adopted(here, brought, "one", tmp_path)
    assert (tmp_path / "a" / f"{digest}{ENDING}").stat().st_mode & 0o777 == 0o600
    assert there.listed("another") == []
    (kept,) = there.listed("one")
    assert kept.size == (tmp_path / "a" / f"{digest}{ENDING}").stat().st_size
    found = there.get(kept.data)
    assert torch.equal(found.train.images, brought.train.images)
    assert torch.equal(found.test.labels, brought.test.labels)
    worker = SharedSets(store.database, tmp_path / "c")
    assert torch.equal(worker.load(kept.data).train.images, brought.train.images)


def test_a_worker_finds_what_came_after_it_had_looked(store: Store, tmp_path: Path) -> None:
    worker = SharedSets(store.database, tmp_path / "c")
    with pytest.raises(DatasetMissing):
        worker.load(birds().description)
    here = server(store, tmp_path / "a")
    adopted(here, birds(), "one", tmp_path)
    part = here.part_of(here.listed("one")[0].data, (0, 2))
    assert worker.load(part).class_names == ("chick", "goose")
    assert len(worker.load(birds().description).train) == 6


def test_a_name_a_deletion_and_its_undoing_are_seen_everywhere(
    store: Store, tmp_path: Path
) -> None:
    here, there = server(store, tmp_path / "a"), server(store, tmp_path / "b")
    digest = adopted(here, birds(), "one", tmp_path)
    there.get(there.listed("one")[0].data)
    there.rename("one", digest, "fowl", ("a", "b", "c"))
    assert here.own("one", digest).data.name == "fowl"
    here.delete("one", digest)
    assert there.listed("one") == []
    there.restore("one", digest)
    assert [kept.data.digest for kept in here.listed("one")] == [digest]
    there.delete("one", digest)
    CLOCK.now += UNDO_SECONDS + 1
    here.clear()
    assert there.find(digest) is None
    assert not list(tmp_path.glob(f"*/{digest}{ENDING}")), "the copies go as well"
    with store.database.reading() as connection:
        (left,) = connection.execute("SELECT count(*) FROM set_pieces").fetchone()
        assert left == 0


def test_two_people_on_two_servers_keep_the_same_set(store: Store, tmp_path: Path) -> None:
    here, there = server(store, tmp_path / "a"), server(store, tmp_path / "b")
    digest = adopted(here, birds(), "one", tmp_path)
    assert adopted(there, birds(), "two", tmp_path) == digest
    assert len(here.listed("one")) == len(here.listed("two")) == 1
    there.delete("two", digest)
    assert len(here.listed("one")) == 1


def test_the_bounds_hold_for_all_servers_together(store: Store, tmp_path: Path) -> None:
    room = Room(person_sets=2)
    here, there = server(store, tmp_path / "a", room), server(store, tmp_path / "b", room)
    adopted(here, birds(1), "one", tmp_path)
    adopted(there, birds(2), "one", tmp_path)
    with pytest.raises(CollectionFull):
        adopted(here, birds(3), "one", tmp_path)
    assert len(there.listed("one")) == 2


def test_what_cannot_be_written_is_not_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = server(store, tmp_path / "a"), server(store, tmp_path / "b")
    with monkeypatch.context() as broken:
        broken.setattr(StoreKeeping, "tell", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            adopted(here, birds(), "one", tmp_path)
    assert here.listed("one") == there.listed("one") == []
    digest = adopted(here, birds(), "one", tmp_path)
    assert [kept.data.digest for kept in there.listed("one")] == [digest]


def test_a_copy_that_was_deleted_comes_back(store: Store, tmp_path: Path) -> None:
    here = server(store, tmp_path / "a")
    digest = adopted(here, birds(), "one", tmp_path)
    (tmp_path / "a" / f"{digest}{ENDING}").unlink()
    again = server(store, tmp_path / "a")
    assert len(again.get(again.listed("one")[0].data).train) == 6


def test_the_sets_of_a_folder_move_with_a_store(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "before"
    alone = Collection(folder)
    digest = adopted(alone, birds(), "one", tmp_path)
    alone.part_of(alone.listed("one")[0].data, (1, 2))
    (folder / f"{'ab' * 32}.json").write_text(json.dumps({"of": "nothing"}))
    (folder / f"{'cd' * 32}.json").write_text("{dam")
    damaged = [f"{'ab' * 32}.json", f"{'cd' * 32}.json"]
    assert copied_sets(store.database, folder) == (1, damaged)
    there = server(store, tmp_path / "b")
    assert [kept.data.digest for kept in there.listed("one")] == [digest]
    assert len(there.get(there.listed("one")[0].data).train) == 6
    assert Collection(folder).listed("one"), "the folder stays as it was"
