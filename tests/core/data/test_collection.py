"""Data sets that people keep: whose they are, in bounds, found by digest, and gone when deleted."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from softmax_core.data import Dataset, Split, load, save, subset
from softmax_core.data.collection import UNDO_SECONDS, Collection, Room
from softmax_core.errors import CollectionFull, DatasetMissing, InvalidData


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def birds(seed: int = 0, names: tuple[str, ...] = ("chick", "duck", "goose")) -> Dataset:
    drawn = np.random.default_rng(seed).integers(0, 256, (len(names) * 4, 8, 8), dtype=np.uint8)
    labels = torch.arange(len(drawn)) % len(names)
    pictures = torch.from_numpy(drawn)
    train, test = (Split(pictures[k::2], labels[k::2]) for k in (0, 1))
    return Dataset(train, test, names, "birds")


def adopted(collection: Collection, dataset: Dataset, owner: str, folder: Path) -> str:
    path = folder / "set.npz"
    save(dataset, path)
    return collection.adopt(path, dataset.description, owner, {"kind": "zip"}).data.digest


def test_a_set_is_listed_to_its_owner_alone_and_found_by_its_digest(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "sets")
    digest = adopted(collection, birds(), "one", tmp_path)
    assert [kept.data.digest for kept in collection.listed("one")] == [digest]
    assert collection.listed("another") == []
    found = collection.find(digest, "another")
    assert found is not None
    assert collection.get(found).train.images.shape == (6, 8, 8)
    assert collection.find("ab" * 32) is None


def test_choices_of_classes_that_no_run_has_are_forgotten_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "sets"
    trained: set[str] = set()
    collection = Collection(folder, named_by_runs=lambda: trained)
    pictures = torch.arange(8 * 64).remainder(251).to(torch.uint8).reshape(8, 8, 8)
    some = Split(pictures, torch.arange(8))
    letters = Dataset(some, some, tuple("abcdefgh"), "letters")
    whole = collection.find(adopted(collection, letters, "one", tmp_path))
    assert whole is not None
    choices = [each for n in range(2, 8) for each in combinations(range(8), n)]
    first = collection.part_of(whole, choices[0])
    trained.add(first.digest)
    second = collection.part_of(whole, choices[1])
    for choice in choices:
        last = collection.part_of(whole, choice)
    assert len(list(folder.glob("*.json"))) <= 130 < len(choices)
    again = Collection(folder)
    for data in (first, last):  # of a run, and chosen a moment ago
        assert again.get(data).class_names == data.class_names
    with pytest.raises(DatasetMissing):
        again.get(second)
    assert collection.part_of(whole, choices[1]) == second
    assert collection.get(second).class_names == ("a", "c")


@pytest.mark.parametrize("act", ["own", "file_of", "delete", "restore"])
def test_others_may_neither_take_nor_delete_it(tmp_path: Path, act: str) -> None:
    collection = Collection(tmp_path / "sets")
    digest = adopted(collection, birds(), "one", tmp_path)
    with pytest.raises(DatasetMissing):
        getattr(collection, act)("another", digest)
    with pytest.raises(DatasetMissing):
        collection.rename("another", digest, "mine", ("a", "b", "c"))
    assert collection.own("one", digest).data.name == "birds"


def test_two_people_with_the_same_pictures_have_names_of_their_own(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "sets")
    digest = adopted(collection, birds(), "one", tmp_path)
    assert adopted(collection, birds(names=("x", "y", "z")), "two", tmp_path) == digest
    renamed = collection.rename("two", digest, "letters", ("p", "q", "r"))
    assert collection.own("one", digest).data.class_names == ("chick", "duck", "goose")
    assert collection.get(renamed).class_names == ("p", "q", "r")
    assert collection.get(renamed).fingerprint == digest
    collection.delete("one", digest)
    collection.clear(all_deleted=True)
    assert collection.own("two", digest).data.name == "letters"


def test_all_of_it_is_there_after_a_restart_and_for_this_account_alone(tmp_path: Path) -> None:
    digest = adopted(Collection(tmp_path / "sets"), birds(), "one", tmp_path)
    again = Collection(tmp_path / "sets").own("one", digest)
    assert again.data == birds().description
    assert again.told == {"kind": "zip"}
    for path in (tmp_path / "sets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stem == digest


def test_an_entry_that_is_damaged_is_passed_over(tmp_path: Path) -> None:
    digest = adopted(Collection(tmp_path / "sets"), birds(), "one", tmp_path)
    path = tmp_path / "sets" / f"{digest}.json"
    told = json.loads(path.read_bytes())
    told["data"]["name"] = "a\nb"
    path.write_text(json.dumps(told))
    assert Collection(tmp_path / "sets").listed("one") == []


def test_a_deletion_can_be_taken_back_for_an_hour(tmp_path: Path) -> None:
    clock = Clock()
    collection = Collection(tmp_path / "sets", clock=clock)
    digest = adopted(collection, birds(), "one", tmp_path)
    collection.delete("one", digest)
    assert collection.listed("one") == []
    assert collection.find(digest) is None
    clock.now += UNDO_SECONDS - 1
    collection.clear()
    collection.restore("one", digest)
    assert len(collection.listed("one")) == 1
    collection.delete("one", digest)
    clock.now += UNDO_SECONDS
    collection.clear()
    with pytest.raises(DatasetMissing):
        collection.restore("one", digest)
    with pytest.raises(DatasetMissing):
        collection.get(birds().description)
    assert list((tmp_path / "sets").iterdir()) == []


def test_what_a_run_needs_stays_until_it_ends(tmp_path: Path) -> None:
    needed: set[str] = set()
    collection = Collection(tmp_path / "sets", in_use=lambda: set(needed))
    digest = adopted(collection, birds(), "one", tmp_path)
    part = collection.part_of(birds().description, (2, 0))
    needed.add(part.digest)
    collection.delete("one", digest)
    collection.clear(all_deleted=True)
    assert collection.get(part).class_names == ("goose", "chick")
    needed.clear()
    collection.clear(all_deleted=True)
    with pytest.raises(DatasetMissing):
        collection.get(part)


def test_classes_of_a_set_are_found_again_by_their_digest(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "sets")
    digest = adopted(collection, birds(), "one", tmp_path)
    data = collection.own("one", digest).data
    part = collection.part_of(data, (2, 0), "birds: goose, chick")
    assert (part.class_names, part.training, part.test) == (("goose", "chick"), 4, 4)
    after = Collection(tmp_path / "sets")
    assert after.find(part.digest) == part
    assert after.get(part).fingerprint == part.digest
    assert after.whole_of(part.digest) == (digest, (2, 0))
    assert after.whole_of(digest) is None
    of_part = after.part_of(part, (1, 0))
    assert Collection(tmp_path / "sets").get(of_part).class_names == ("chick", "goose")
    assert collection.part_of(data, ()) == data
    with pytest.raises(InvalidData):
        collection.part_of(data, (1,))


@pytest.mark.parametrize(
    ("room", "problem"),
    [
        (Room(person_sets=1), "number"),
        (Room(person_bytes=3_500), "person"),
        (Room(bytes=3_500), "all"),
    ],
)
def test_there_is_a_bound_on_what_is_kept(tmp_path: Path, room: Room, problem: str) -> None:
    collection = Collection(tmp_path / "sets", room=room)
    adopted(collection, birds(), "one", tmp_path)
    adopted(collection, birds(), "one", tmp_path)  # the same again takes nothing
    owner = "another" if problem == "all" else "one"
    if problem == "person":
        adopted(Collection(tmp_path / "else", room=room), birds(1), "another", tmp_path)
    with pytest.raises(CollectionFull) as refusal:
        adopted(collection, birds(1), owner, tmp_path)
    assert refusal.value.problem == problem
    assert len(collection.listed("one")) == 1


def test_one_file_has_the_names_that_its_owner_gave(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "sets")
    digest = adopted(collection, birds(), "one", tmp_path)
    collection.rename("one", digest, "my birds", ("a", "b", "c"))
    (tmp_path / "handed.npz").write_bytes(collection.file_of("one", digest))
    handed = load(tmp_path / "handed.npz")
    assert (handed.name, handed.class_names) == ("my birds", ("a", "b", "c"))
    assert handed.fingerprint == digest


def test_classes_of_fashion_mnist_need_no_file(tmp_path: Path) -> None:
    whole = replace(birds(), name="Fashion-MNIST")
    collection = Collection(tmp_path / "sets", fashion=lambda: whole)
    part = subset(whole, [0, 2]).description
    assert collection.get(part).class_names == ("chick", "goose")
    assert not (tmp_path / "sets").exists()
