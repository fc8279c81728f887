"""Imports in processes of their own: what people bring is read there, and nothing of it here.

Such a process holds neither a page nor a run, gives all its memory back, and can be ended at any
time. It gets a folder with what was brought, and leaves one file or a reason in it:

    brought/       the files, under names of our own
    asked.json     what is to be done
    progress.json  how far it is
    set.npz        the data set, as `saving.save` writes it
    told.json      what was told: the description, what was left out, how many; or why not

`python -m softmax_core.data.apart FOLDER` is the process.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from softmax_core import errors
from softmax_core.data.dataset import Dataset, Description
from softmax_core.data.importing import Imported, check_learned, from_folder
from softmax_core.data.keeping import write_whole
from softmax_core.data.loading import import_from
from softmax_core.data.named import WORDS, load_named
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.data.saving import is_saved, load_saved, save
from softmax_core.data.sources import ImportLimits, class_name_of, too_many_bytes
from softmax_core.data.tables import from_csv
from softmax_core.errors import (
    DataNotWritable,
    ImportEnded,
    ImportRefused,
    ImportsBusy,
    SoftmaxError,
)

KINDS: Final = ("zip", "csv", "tsv", "npz", "parquet", "idx")
"""What a file may be; of idx there are two or four, extracted or as .gz."""

MOST_LEFT_OUT: Final = 1_000
"""Files that were left out are told one by one up to this number."""

_MODULE: Final = (sys.executable, "-m", "softmax_core.data.apart")
_MOST_SECONDS: Final = 900.0  # of a process that has not ended; of a download twice as long
_MOST_MEMORY: Final = 2**31  # of the process, besides eight times the bytes that may be brought
_STEPS_SECONDS: Final = 0.2
_MOST_FILES: Final = 64
_MOST_READ: Final = 200  # files that were read are told one by one up to this number
_MOST_FINISHED: Final = 2  # imports of a person that can be read again in another way
_FOR_TEST: Final = re.compile(r"(?<![a-z])(test|val|valid|validation)(?![a-z])")
_IDX_ENDINGS: Final = re.compile(r"(images|labels)[-.]idx[13][-.]ubyte(\.gz)?$")

State = Literal["brought", "reading", "done", "refused", "cancelled"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How what was brought is to be read.

    Attributes:
        name: what the data set is called; "" for the name of the file.
        side: height and width in pixels; None for what suits the pictures.
        asked: "margin", "invert" and "thicken", where a person decided.
    """

    name: str = ""
    side: int | None = None
    asked: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What an import has to tell.

    Attributes:
        data: the data set; None where there is none.
        error: why there is none; None where there is one.
        facts: what was done and left out, as JSON types, for `Collection.adopt`.
    """

    data: Description | None
    error: SoftmaxError | None
    facts: Mapping[str, Any]


class Import:
    """What one person brings at a time, and the process that reads it.

    Args:
        folder: a new one, for this alone.
        owner: a digest of whose it is, or "".
        limits: how much may be brought.
    """

    def __init__(self, folder: Path, owner: str, limits: ImportLimits) -> None:
        self.token = folder.name
        self.owner = owner
        self.used = time.monotonic()
        self._folder = folder
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0
        self._is_cancelled = False
        self._was_read = False
        self._class_names: list[str] = []
        self._word = ""
        self._title = ""
        (folder / "brought").mkdir(mode=0o700, parents=True, exist_ok=True)

    # -- bringing ----------------------------------------------------------------------------------

    @property
    def brought_bytes(self) -> int:
        """What was brought, in bytes."""
        return sum(path.stat().st_size for path in self._brought.rglob("*") if path.is_file())

    def bring(self, name: str, content: bytes | memoryview) -> None:
        """Take a file; it is kept under a name of our own.

        Args:
            name: what the person calls it: its ending tells what it is.
            content: what is in it.

        Raises:
            ImportRefused: it is of no kind that is read, does not go with those that were brought
                before, or is too large.
            DataNotWritable: the disk takes it not.
        """
        kind, own_name = kind_of(name)
        if not kind:
            raise ImportRefused(
                "another_kind", "A file of this kind is not read.", Path(name).suffix[:12]
            )
        others = [path.name for path in self._brought.iterdir()]
        if kind == "parquet":
            own_name = f"{own_name.removesuffix('.parquet')}-{len(others):02}.parquet"
        is_another = any(kind_of(other)[0] != kind for other in others)
        is_alone = kind in ("zip", "npz") and others
        if own_name in others or is_another or is_alone or len(others) >= _MOST_FILES:
            message = "These files make no data set together. Bring one after the other."
            raise ImportRefused("several_files", message, class_name_of(Path(name).name))
        self._title = self._title or ("" if kind == "idx" else Path(name).stem)
        self._put(self._brought / own_name, content)

    def bring_picture(self, class_name: str, content: bytes | memoryview) -> None:
        """Take a picture of a class, as one chooses or photographs it.

        Raises:
            ImportRefused: the class has no name, or all together are too large.
            DataNotWritable: the disk takes it not.
        """
        called = class_name_of(class_name)
        if not called:
            raise ImportRefused("no_class_name", "The class has no name.")
        if called not in self._class_names:
            self._class_names.append(called)
        folder = self._brought / f"{self._class_names.index(called):02}"
        folder.mkdir(mode=0o700, exist_ok=True)
        # Whoever removes a picture leaves a gap, so the next number is one behind the last.
        last = max((int(path.name) for path in folder.iterdir()), default=-1)
        self._put(folder / f"{last + 1:05}", content)

    def pictures_by_hand(self) -> dict[str, int]:
        """Return the number of pictures that were brought of each class, by its name."""
        return {
            name: len(list((self._brought / f"{index:02}").iterdir()))
            for index, name in enumerate(self._class_names)
        }

    def take_back(self, class_name: str) -> None:
        """Remove the last picture of a class; nothing happens where there is none."""
        if class_name in self._class_names:
            folder = self._brought / f"{self._class_names.index(class_name):02}"
            for path in sorted(folder.iterdir())[-1:]:
                path.unlink()

    def _put(self, path: Path, content: bytes | memoryview) -> None:
        if (total := self.brought_bytes + len(content)) > self._limits.bytes:
            raise too_many_bytes(total, self._limits)
        try:
            write_whole(path, bytes(content))
        except OSError as error:
            message = f"{path.parent} cannot be written: {error.strerror or error}."
            raise DataNotWritable(path.parent, message) from error

    # -- reading -----------------------------------------------------------------------------------

    def begin(self, wish: Wish | None = None, word: str = "", root: Path | None = None) -> None:
        """Begin to read what was brought, or to fetch a data set that has a name.

        Args:
            wish: how it is read.
            word: the name of the data set to fetch, one of `named.WORDS`, or "".
            root: the data folder of these.
        """
        if self._process is not None:
            self._end()
        wish = wish or Wish()
        for name in ("told.json", "progress.json", "set.npz"):
            (self._folder / name).unlink(missing_ok=True)
        self._is_cancelled, self._word = False, word
        asked = {
            "word": word,
            "root": str(root) if root else None,
            "name": wish.name or self._title,
            "side": wish.side,
            "asked": dict(wish.asked),
            "class_names": self._class_names,
            "limits": asdict(self._limits),
        }
        write_whole(self._folder / "asked.json", json.dumps(asked).encode())
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        self._begun = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [*_MODULE, str(self._folder)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )

    def state(self) -> State:
        """Return how far it is; a process that takes too long is ended."""
        if self._process is None:
            return "cancelled" if self._is_cancelled else "brought"
        if self._process.poll() is None:
            patience = _MOST_SECONDS * (2 if self._word else 1)
            if time.monotonic() - self._begun < patience:
                return "reading"
            self._end()
        if self.told().error is None:
            self._was_read = True
            return "done"
        self._forget()
        return "refused"

    def progress(self) -> tuple[int, int]:
        """Return what is done and the total: pictures, or bytes of a download; (0, 0) at first."""
        done = _read_json(self._folder / "progress.json")
        return (int(done["done"]), int(done["total"])) if done else (0, 0)

    def told(self) -> Told:
        """Return what came of a process that has ended."""
        told = _read_json(self._folder / "told.json")
        if told is None:
            is_slow = time.monotonic() - self._begun > _MOST_SECONDS
            return Told(None, ImportEnded("slow" if is_slow else "ended"), {})
        if told["error"]:
            return Told(None, error_from(told["error"]), told["facts"])
        return Told(Description.from_dict(told["data"]), None, told["facts"])

    @property
    def file(self) -> Path:
        """The data set that was read."""
        return self._folder / "set.npz"

    @property
    def word(self) -> str:
        """The name of the data set that is fetched, or ""."""
        return self._word

    def cancel(self) -> None:
        """End the process, if it is under way."""
        if self._process is not None:
            self._is_cancelled = self._process.poll() is None
            self._end()
            self._process = None
        if self._is_cancelled:
            self._forget()

    def close(self) -> None:
        """End the process and remove everything."""
        self.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self) -> None:
        """Remove files of which nothing came; pictures brought by hand wait for others."""
        if not (self._was_read or self._class_names):
            shutil.rmtree(self._brought, ignore_errors=True)

    def _end(self) -> None:
        assert self._process is not None
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)  # a download's or a decoder's, too
        self._process.kill()
        self._process.wait()

    @property
    def _brought(self) -> Path:
        return self._folder / "brought"


class Imports:
    """The imports of a process, a bounded number of them.

    Args:
        folder: where what is brought lies meanwhile; what an ended server left there is removed.
        limits: how much a person may bring. Others may be set, for the imports that come then.
        most: how many are read at a time; another number may be set.
        per_person: whether a person may have one read at a time.
    """

    def __init__(
        self, folder: Path, limits: ImportLimits, most: int = 2, *, per_person: bool = False
    ) -> None:
        self._folder, self.limits, self.most = folder, limits, most
        self._per_person = per_person
        self._lock = threading.RLock()
        self._imports: dict[str, Import] = {}
        shutil.rmtree(folder, ignore_errors=True)

    def new(self, owner: str) -> Import:
        """Return a new import, into which files can be brought.

        What a person brought before and has not used for long makes room.
        """
        with self._lock:
            resting = sorted(
                (each for each in self._imports.values() if each.state() != "reading"),
                key=lambda each: each.used,
            )
            mine = [each for each in resting if each.owner == owner]
            bound = 4 * self.most + 8  # of all that rest
            for each in {*mine[: -_MOST_FINISHED + 1], *resting[:-bound]}:
                self.close_import(each.token)
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Import(self._folder / secrets.token_urlsafe(16), owner, self.limits)
            self._imports[made.token] = made
            return made

    def get(self, token: str, owner: str) -> Import | None:
        """Return an import of a person, or None where there is none any more."""
        with self._lock:
            found = self._imports.get(token)
            if found is None or found.owner != owner:
                return None
            found.used = time.monotonic()
            return found

    def begin(self, given: Import, wish: Wish | None = None, *, word: str = "") -> None:
        """Begin to read what was brought.

        Raises:
            ImportsBusy: as many are being read as may be.
        """
        with self._lock:
            others = [
                each
                for each in self._imports.values()
                if each is not given and each.state() == "reading"
            ]
            if self._per_person and any(each.owner == given.owner for each in others):
                raise ImportsBusy("person", 1)
            if len(others) >= self.most:
                raise ImportsBusy("all", self.most)
            given.begin(wish, word)

    def close_import(self, token: str) -> None:
        """Give up an import."""
        with self._lock:
            found = self._imports.pop(token, None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """Give up all."""
        for token in list(self._imports):
            self.close_import(token)


def kind_of(name: str) -> tuple[str, str]:
    """Return what kind of file a name says, and our own name for such a file; ("", "") for none.

    Example:
        >>> kind_of("My birds.ZIP"), kind_of("t10k-labels-idx1-ubyte.gz"), kind_of("x.exe")
        (('zip', 'brought.zip'), ('idx', 't10k-labels-idx1-ubyte.gz'), ('', ''))
        >>> kind_of("mnist_test.csv"), kind_of("fastest.csv")
        (('csv', 'test.csv'), ('csv', 'train.csv'))
    """
    lower = name.lower()
    if found := _IDX_ENDINGS.search(lower):
        start = "t10k" if "t10k" in lower or "test" in lower else "train"
        number = 3 if found[1] == "images" else 1
        return "idx", f"{start}-{found[1]}-idx{number}-ubyte{found[2] or ''}"
    stem, _, ending = lower.rpartition(".")
    if ending not in KINDS or ending == "idx":
        return "", ""
    if ending not in ("csv", "tsv", "parquet"):
        return ending, f"brought.{ending}"
    part = "test" if _FOR_TEST.search(stem.rpartition("/")[2]) else "train"
    return ending, f"{part}.{ending}"


def error_from(described: Mapping[str, Any]) -> SoftmaxError:
    """Return the error that a process has written down."""
    kind = getattr(errors, str(described.get("kind")), None)
    given = described.get("given")
    if isinstance(kind, type) and issubclass(kind, SoftmaxError) and isinstance(given, dict):
        with contextlib.suppress(TypeError):
            return kind(**given)
    return ImportEnded("ended")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


# -- the process -----------------------------------------------------------------------------------


def main(folder: Path) -> None:
    """Read what was brought into a folder, and tell what came of it."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    asked = json.loads((folder / "asked.json").read_bytes())
    if not asked["word"]:
        _limit_memory(asked["limits"]["bytes"])
    told: dict[str, Any] = {"data": None, "error": None, "facts": {}}
    try:
        dataset, facts = _read(folder, asked, _reporting(folder / "progress.json"))
        told |= {"data": dataset.description.to_dict(), "facts": facts}
        if not asked["word"]:
            save(dataset, folder / "set.npz")
    except SoftmaxError as error:
        given = {name: _plain(value) for name, value in vars(error).items()}
        told["error"] = {"kind": type(error).__name__, "given": given}
    except MemoryError:
        return
    write_whole(folder / "told.json", json.dumps(told).encode())


def _limit_memory(brought: int) -> None:
    """Bound this process's memory, where the system can: a table may claim less than it takes."""
    try:
        import resource

        most = _MOST_MEMORY + 8 * brought
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    except (ImportError, ValueError, OSError):  # Windows, and systems that know no such bound
        return


def _read(
    folder: Path, asked: Mapping[str, Any], on_progress: Callable[[str, int, int], None]
) -> tuple[Dataset, dict[str, Any]]:
    if asked["word"] in WORDS:
        return load_named(asked["word"], asked["root"], True, on_progress), {}
    brought = folder / "brought"
    limits = ImportLimits(**asked["limits"])
    paths = sorted(brought.iterdir())
    if not paths:
        raise ImportRefused("no_pictures", "Nothing was brought.")
    common: dict[str, Any] = {
        "name": class_name_of(asked["name"]) or "pictures",
        "side": asked["side"],
        "asked": asked["asked"],
        "limits": limits,
        "on_progress": on_progress,
    }
    if asked["class_names"]:
        imported = from_folder(brought, **common)
        return _with_names(imported, asked["class_names"]), _facts(imported, "pictures")
    first = paths[0]
    if first.suffix == ".npz" and is_saved(first):
        saved = load_saved(first, limits)
        check_learned(saved)
        return saved, {"kind": "saved"}
    kind = "idx" if "ubyte" in first.name else first.suffix[1:]
    if kind in ("csv", "tsv") and len(paths) > 1:
        del common["side"]
        invert = common.pop("asked").get("invert")
        imported = from_csv(paths[1], paths[0], invert=invert, **common)  # "test" is first
    else:
        imported = import_from(brought if kind in ("idx", "parquet") else first, **common)
    return imported.dataset, _facts(imported, kind)


def _with_names(imported: Imported, class_names: Sequence[str]) -> Dataset:
    """Give the classes the names that were typed, in the place of their folders' numbers."""
    found = imported.dataset
    names = tuple(class_names[int(each)] for each in found.class_names)
    return Dataset(found.train, found.test, names, found.name)


def _facts(imported: Imported, kind: str) -> dict[str, Any]:
    """Return what an import tells, as JSON types."""
    division = imported.division
    split = dict.fromkeys(division.training.tolist(), "train")
    split |= dict.fromkeys(division.test.tolist(), "test")
    rows = zip(imported.paths, imported.labels, strict=True)
    return {
        "kind": kind,
        "read": [
            [path[-200:], label, split[k]] for k, (path, label) in enumerate(rows) if k in split
        ][:_MOST_READ],
        "left_out": [
            [each.path[-200:], each.reason, each.value[:MAX_NAME_LENGTH], each.limit]
            for each in imported.left_out[:MOST_LEFT_OUT]
        ],
        "left_out_count": len(imported.left_out),
        "in_both": division.in_both,
        "repeated": division.repeated,
        "contradictory": division.contradictory,
        "is_given": imported.is_given,
        "inverted": imported.inverted,
        "margin": None if imported.reading is None else imported.reading.margin,
        "side": None if imported.reading is None else imported.reading.side,
        "factor": imported.factor,
    }


def _reporting(path: Path) -> Callable[[str, int, int], None]:
    """Return what writes down how far it is, a few times a second."""
    last = 0.0

    def report(_name: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > _STEPS_SECONDS or done == total:
            last = now
            write_whole(path, json.dumps({"done": done, "total": total}).encode())

    return report


def _plain(value: Any) -> Any:
    return (
        [str(each) for each in value]
        if isinstance(value, tuple)
        else (str(value) if isinstance(value, Path) else value)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
