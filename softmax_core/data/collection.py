"""The data sets that people keep on a machine: whose they are, in bounds, found by their digests.

The pictures of a data set lie once on the `Shelf`, whoever brought them. What each person calls it
and its classes, and what was told when it was read, is kept beside, one text a data set, written
whole or not at all. A subset has such a text alone, which says what it is a subset of.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from softmax_core.data.dataset import FASHION_MNIST, Dataset, Description, check_names
from softmax_core.data.importing import subset
from softmax_core.data.keeping import FolderKeeping, Keeping
from softmax_core.data.named import WORDS, Word, load_named, named_status, title_of
from softmax_core.data.saving import ENDING
from softmax_core.data.shelf import Shelf
from softmax_core.errors import (
    CollectionFull,
    DataError,
    DatasetMissing,
    InvalidData,
    SoftmaxError,
)

UNDO_SECONDS: Final = 3600.0
"""How long a data set that was deleted can come back, at least."""

_SUBSETS_IN_MEMORY: Final = 4
_PARTS: Final = 64  # descriptions of subsets, which a page asks for again and again
_MOST_PARTS: Final = 128
"""Subsets that are kept for no run: somebody may try all choices of classes that there are."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much is kept; None for no bound.

    Attributes:
        bytes: of all people together.
        person_bytes: of one person, what was deleted and can come back included.
        person_sets: number of data sets of one person.
    """

    bytes: int | None = None
    person_bytes: int | None = None
    person_sets: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A data set that somebody keeps.

    Attributes:
        data: what it is, with the names that its owner gave.
        added: when it was added, seconds since 1970.
        size: what it takes on the disk, in bytes.
        told: what was told when it was read, as JSON types.
    """

    data: Description
    added: float
    size: int
    told: Mapping[str, Any]


@dataclass(slots=True)
class _Own:
    """What one person's record of a data set holds."""

    name: str
    class_names: list[str]
    added: float
    told: dict[str, Any] = field(default_factory=dict)
    deleted: float | None = None


@dataclass(slots=True)
class _Entry:
    """A data set, as is told of it; `part` is the digest and the classes of what it is of."""

    data: Description
    people: dict[str, _Own] = field(default_factory=dict)
    part: tuple[str, tuple[int, ...]] | None = None


class Collection:
    """The data sets of a machine. It may be used by several threads at once.

    A digest is the key to a data set: whoever has it may train on its pictures. Only its owner
    finds it in a list, takes it along, renames or deletes it.

    Args:
        folder: where the files lie; created with the first.
        fashion: returns Fashion-MNIST, of which there is one copy a process.
        in_use: returns the digests of the data sets that runs need: these are not cleared.
        named_by_runs: returns the digests of all that runs were ever trained on: the subsets among
            them are found again for as long as what they are of is here.
        room: how much is kept; another may be set at any time, and holds for what comes then.
        clock: seconds since 1970.
        keeping: where all is kept; None for the folder, which then belongs to this process.

    Example:
        >>> folder = tempfile.TemporaryDirectory()
        >>> Collection(Path(folder.name)).listed("somebody")
        []
        >>> folder.cleanup()
    """

    def __init__(
        self,
        folder: Path,
        *,
        fashion: Callable[[], Dataset] = lambda: load_named("fashion-mnist", download=False),
        in_use: Callable[[], set[str]] = set,
        named_by_runs: Callable[[], set[str]] = set,
        room: Room | None = None,
        clock: Callable[[], float] = time.time,
        keeping: Keeping | None = None,
    ) -> None:
        self.folder = folder
        self._keeping = keeping or FolderKeeping(folder)
        self._shelf = Shelf(folder)
        self._fashion = fashion
        self._in_use = in_use
        self._named_by_runs = named_by_runs
        self.room = room or Room()
        self._clock = clock
        self._lock = threading.RLock()
        self._derived: dict[str, Dataset] = {}
        self._parts: dict[tuple[Description, tuple[int, ...], str | None], Description] = {}
        self._named: dict[Word, Dataset] = {}
        self._entries: dict[str, _Entry] = {}
        self._depth = 0  # of blocks that change what is kept
        self._look()

    # -- what a run or a page asks for -------------------------------------------------------------

    def get(self, data: Description) -> Dataset:
        """Return the pictures of a description, with the names that it gives; one copy in memory.

        Raises:
            DatasetMissing: they are not on this machine.
            DataError: they are damaged.
        """
        with self._lock:
            found = self._pictures(data)
        if found.class_names == data.class_names and found.name == data.name:
            return found
        renamed = Dataset(found.train, found.test, data.class_names, data.name)
        renamed.__dict__["fingerprint"] = data.digest  # names are no part of it
        return renamed

    def find(self, digest: str, owner: str = "") -> Description | None:
        """Return what a digest names, with the asker's own names where they keep it; or None."""
        with self._lock:
            entry = self._entry(digest)
            if entry is None:
                return None
            if entry.part:
                return entry.data if self.find(entry.part[0]) else None
            kept = {each: own for each, own in entry.people.items() if own.deleted is None}
            if not kept:
                return None
            return _called(entry.data, kept.get(owner) or next(iter(kept.values())))

    def whole_of(self, digest: str) -> tuple[str, tuple[int, ...]] | None:
        """Return the digest of what a subset is of, and its classes; None for no subset."""
        with self._lock:
            entry = self._entry(digest)
            return entry.part if entry else None

    def named(self, word: Word) -> Description | None:
        """Return what a data set with a name is, or None where it is not on this machine."""
        if word == "fashion-mnist":
            return FASHION_MNIST
        if named_status(word) != "ready":
            return None
        with self._lock:
            return self._load_named(word).description

    def part_of(
        self, data: Description, classes: Sequence[int], name: str | None = None
    ) -> Description:
        """Return what some classes of a data set are; they are found again by their digest.

        Args:
            data: the data set.
            classes: at least two of its classes, by index; () for all.
            name: what they are called together; None for the names of the classes.

        Raises:
            InvalidData: no such class, one twice, or less than two.
            DatasetMissing: the data set is not on this machine.
        """
        if not classes or tuple(classes) == tuple(range(len(data.class_names))):
            return data
        with self._lock:
            asked = (data, tuple(classes), name)
            if (known := self._parts.get(asked)) is not None:
                return known
            found = subset(self.get(data), list(classes), name)
            described = found.description
            self._parts = {asked: described, **dict(list(self._parts.items())[: _PARTS - 1])}
            self._remember(found)
            entry = self._entry(data.digest)
            if entry is not None and described.digest not in self._entries:
                root, chosen = entry.part or (data.digest, tuple(range(len(data.class_names))))
                part = (root, tuple(chosen[index] for index in classes))
                self._clear_parts()
                self._write(_Entry(described, part=part))
            return described

    # -- what a person keeps -----------------------------------------------------------------------

    def listed(self, owner: str) -> list[Kept]:
        """Return what a person keeps, the newest first."""
        with self._lock:
            self._look()
            found = [
                Kept(_called(entry.data, own), own.added, self._keeping.size(digest), own.told)
                for digest, entry in self._entries.items()
                if (own := entry.people.get(owner)) and own.deleted is None
            ]
        return sorted(found, key=lambda kept: -kept.added)

    def own(self, owner: str, digest: str) -> Kept:
        """Return a data set that a person keeps.

        Raises:
            DatasetMissing: it is not theirs, or not here.
        """
        for kept in self.listed(owner):
            if kept.data.digest == digest:
                return kept
        raise DatasetMissing("", digest)

    def adopt(
        self, file: Path, data: Description, owner: str, told: Mapping[str, Any] | None = None
    ) -> Kept:
        """Keep a file that `saving.save` wrote; it is moved here.

        Args:
            file: the file, on the same disk.
            data: what is in it.
            owner: a digest of whose it is, or "".
            told: what was told when it was read, as JSON types.

        Raises:
            CollectionFull: there is no room for it.
            DataNotWritable: the folder cannot be written.
        """
        with self._changing():
            self.clear()
            known = self._entries.get(data.digest)
            entry = known or _Entry(data)
            self._check_room(owner, data.digest, file.stat().st_size)
            self._keeping.take(data.digest, file)
            own = _Own(data.name, list(data.class_names), self._clock(), dict(told or {}))
            entry = replace(entry, people={**entry.people, owner: own}, part=None)
            self._write(entry)
            return self.own(owner, data.digest)

    def rename(self, owner: str, digest: str, name: str, class_names: Sequence[str]) -> Description:
        """Give a data set and its classes other names, for its owner.

        Raises:
            DatasetMissing: it is not theirs.
            InvalidData: a name is empty, too long, or there twice.
        """
        with self._changing():
            self.own(owner, digest)
            entry = self._entries[digest]
            check_names(name, class_names)
            if len(class_names) != len(entry.data.class_names):
                allowed = f"{len(entry.data.class_names)} names"
                raise InvalidData("class_names", len(class_names), allowed)
            changed = replace(entry.people[owner], name=name, class_names=list(class_names))
            self._write(replace(entry, people={**entry.people, owner: changed}))
            return self.own(owner, digest).data

    def delete(self, owner: str, digest: str) -> None:
        """Delete a data set of one's own; for a while it can come back.

        Raises:
            DatasetMissing: it is not theirs.
        """
        with self._changing():
            self.own(owner, digest)
            self._set_deleted(owner, digest, self._clock())

    def restore(self, owner: str, digest: str) -> None:
        """Take a deletion back.

        Raises:
            DatasetMissing: it is not theirs, or was cleared in the meantime.
        """
        with self._changing():
            entry = self._entries.get(digest)
            if entry is None or owner not in entry.people:
                raise DatasetMissing("", digest)
            self._set_deleted(owner, digest, None)

    def file_of(self, owner: str, digest: str) -> bytes:
        """Return the one file of a data set of one's own, to be handed to somebody.

        Raises:
            DatasetMissing: it is not theirs.
        """
        from softmax_core.data.saving import save

        kept = self.own(owner, digest)
        with tempfile.TemporaryDirectory(prefix="softmax-set-") as folder:
            path = Path(folder, f"set{ENDING}")
            save(self.get(kept.data), path)  # with the names that its owner gave
            return path.read_bytes()

    def clear(self, *, all_deleted: bool = False) -> None:
        """Remove for good what was deleted an hour ago and what belongs to nobody.

        What runs need stays.

        Args:
            all_deleted: whether what was deleted a moment ago goes, too.
        """
        with self._changing():
            before = self._clock() - (0 if all_deleted else UNDO_SECONDS)
            used = self._in_use()
            used |= {e.part[0] for d, e in self._entries.items() if d in used and e.part}
            for digest, entry in list(self._entries.items()):
                gone = [
                    owner
                    for owner, own in entry.people.items()
                    if own.deleted is not None and own.deleted <= before
                ]
                if entry.part or digest in used or not gone:
                    continue
                people = {o: own for o, own in entry.people.items() if o not in gone}
                if people:
                    self._write(replace(entry, people=people))
                else:
                    self._remove(digest)

    # -- inside ------------------------------------------------------------------------------------

    def _clear_parts(self) -> None:
        """Forget the older half of the subsets, where there are many, but for those of runs."""
        parts = [digest for digest, entry in self._entries.items() if entry.part]
        if len(parts) < _MOST_PARTS:
            return
        try:
            named = self._named_by_runs()
        except SoftmaxError:  # without the store nobody knows
            return
        free = [digest for digest in parts if digest not in named]
        with self._changing():
            for digest in free[: max(len(free) - _MOST_PARTS // 2, 0)]:
                self._entries.pop(digest, None)
                self._derived.pop(digest, None)
                self._keeping.forget(digest)
        self._parts.clear()  # who still asks for one has it written again

    def _look(self, *, now: bool = False) -> None:
        """Take over what another server has changed."""
        told = self._keeping.told(now=now)
        if told is not None:
            self._entries = dict(_read_all(told))
            self._parts = {}

    def _entry(self, digest: str) -> _Entry | None:
        """Return what is told of a set; what was kept a moment ago, elsewhere, is found as well."""
        self._look()
        if digest not in self._entries:
            self._look(now=True)
        return self._entries.get(digest)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Let nobody else change what is kept, here or elsewhere; what is kept is read before."""
        with self._lock, contextlib.ExitStack() as stack:
            if not self._depth:
                stack.enter_context(self._keeping.changing())
                self._look(now=True)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    def _pictures(self, data: Description) -> Dataset:
        if data.digest == FASHION_MNIST.digest:
            return self._fashion()
        if data.digest in self._derived:
            self._remember(self._derived[data.digest])
            return self._derived[data.digest]
        entry = self._entry(data.digest)
        if entry is not None and entry.part is not None:
            root, classes = entry.part
            found = subset(self._pictures(self._entries[root].data), list(classes))
            self._remember(found)
            return found
        self._keeping.fetch(data.digest)
        if self._shelf.has(data.digest):
            return self._shelf.get(data)
        return self._published(data)

    def _published(self, data: Description) -> Dataset:
        """Return a data set that has a word, or classes of one, known by their names."""
        for word in WORDS:
            try:
                base = self._fashion() if word == "fashion-mnist" else self._load_named(word)
            except DataError:
                continue
            if title_of(word) == data.name and base.fingerprint == data.digest:
                return base
            if set(data.class_names) < set(base.class_names):
                found = subset(base, data.class_names)
                if found.fingerprint == data.digest:
                    self._remember(found)
                    return found
        raise DatasetMissing(data.name, data.digest)

    def _load_named(self, word: Word) -> Dataset:
        if word not in self._named:
            loaded = load_named(word, download=False)
            self._named = {word: loaded}  # one of them: each takes as much as Fashion-MNIST
        return self._named[word]

    def _remember(self, found: Dataset) -> None:
        self._derived.pop(found.fingerprint, None)
        self._derived[found.fingerprint] = found
        while len(self._derived) > _SUBSETS_IN_MEMORY:
            self._derived.pop(next(iter(self._derived)))

    def _check_room(self, owner: str, digest: str, size: int) -> None:
        sizes = {each: self._keeping.size(each) for each in self._entries if each != digest}
        mine = [
            each
            for each, entry in self._entries.items()
            if owner in entry.people and each != digest
        ]
        room = self.room
        if room.person_sets is not None and len(mine) >= room.person_sets:
            raise CollectionFull("number", room.person_sets)
        for problem, most, held in (
            ("person", room.person_bytes, sum(sizes[each] for each in mine)),
            ("all", room.bytes, sum(sizes.values())),
        ):
            if most is not None and held + size > most:
                raise CollectionFull(problem, most // 2**20)

    def _set_deleted(self, owner: str, digest: str, when: float | None) -> None:
        entry = self._entries[digest]
        changed = replace(entry.people[owner], deleted=when)
        self._write(replace(entry, people={**entry.people, owner: changed}))

    def _remove(self, digest: str) -> None:
        parts = [d for d, e in self._entries.items() if e.part and e.part[0] == digest]
        self._parts.clear()
        for each in (*parts, digest):
            del self._entries[each]
            self._derived.pop(each, None)
            self._keeping.forget(each)
        self._shelf.remove(digest)

    def _write(self, entry: _Entry) -> None:
        """Write an entry, whole or not at all, for this account alone."""
        digest = entry.data.digest
        content = {
            "data": entry.data.to_dict(),
            "part": entry.part,
            "people": {
                owner: {
                    "name": own.name,
                    "class_names": own.class_names,
                    "added": own.added,
                    "told": own.told,
                    "deleted": own.deleted,
                }
                for owner, own in entry.people.items()
            },
        }
        with self._changing():
            self._keeping.tell(digest, json.dumps(content).encode())
            self._entries[digest] = entry


def _called(data: Description, own: _Own) -> Description:
    return replace(data, name=own.name, class_names=tuple(own.class_names))


def _read_all(told: Sequence[bytes]) -> list[tuple[str, _Entry]]:
    """Return the entries that are told; what is damaged is passed over, its pictures stay."""
    found = []
    for text in told:
        try:
            content = json.loads(text)
            part = content["part"]
            entry = _Entry(
                Description.from_dict(content["data"]),
                {owner: _Own(**own) for owner, own in content["people"].items()},
                (part[0], tuple(part[1])) if part else None,
            )
        except (ValueError, TypeError, KeyError, InvalidData):
            continue
        found.append((entry.data.digest, entry))
    return found
