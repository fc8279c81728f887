"""Train softmax regression, for oneself or for servers; fetch or import its data; move runs."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import torch

from softmax_core import __version__
from softmax_core.data import Dataset, Imported, OnProgress, data_folder, import_from, load, save
from softmax_core.data.dataset import FASHION_MNIST
from softmax_core.data.named import WORDS, load_named, named_status, title_of
from softmax_core.data.reading import SIDES, Choice
from softmax_core.errors import InvalidExperiment, SoftmaxError, StoreUnreachable
from softmax_core.folders import STORE_VARIABLE, sets_folder, store_file, store_place
from softmax_core.training import (
    EpochRecord,
    Experiment,
    StepRecord,
    Training,
    Variant,
    band_of_course,
    train,
    verdicts,
)
from softmax_core.training.experiment import LOSSES, PIXEL_SCALES, SCHEDULES, SOFTMAX_FORMS

BAR_WIDTH = 30
_MOST_LEFT_OUT = 20
_ASKED: Mapping[Choice, str] = {
    "invert": "whether pictures are dark on light, and so negated (default: as most are)",
    "margin": "whether each is trimmed to what it shows",
    "thicken": "whether lines are made thicker",
}


def main(arguments: Sequence[str] | None = None, name: str = "python -m softmax_core") -> int:
    """Run one command.

    Args:
        arguments: the words after the command's name, or None to take them from the shell.
        name: the command's name, for its help.

    Returns:
        The exit status: 0; 1 after an error, which is said in one sentence on stderr, or a training
        that ended in nan; 130 after Ctrl-C; 141 where nobody reads the output any more.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that knows only ASCII
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            asked = _parser(name).parse_args(arguments)
            return int(asked.command(asked))
        finally:
            sys.stdout.flush()
    except SoftmaxError as error:
        return _refuse(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:
        _drop_output()
        return 128 + 13  # SIGPIPE, which Windows does not have
    except OSError as error:
        _drop_output()
        return _refuse(f"The output could not be written: {error.strerror or error}.")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _drop_output() -> None:
    """Let what is still to be written go nowhere, or the interpreter would fail at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("--version", action="version", version=f"Softmax Explorer {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    data = commands.add_parser("data", help="find or fetch a data set that has a name")
    data.add_argument("word", nargs="?", choices=WORDS, default="fashion-mnist")
    data.add_argument("--list", action="store_true", help="say which are on this machine")
    folder = str(data_folder()).replace("%", "%%")
    data.add_argument("--root", type=Path, help=f"the data folder (default: {folder})")
    data.add_argument("--no-download", action="store_true", help="use only what is on this machine")
    data.set_defaults(command=_data)

    imported = commands.add_parser(
        "import", help="make one file of a folder or a ZIP of pictures, or of a table"
    )
    imported.add_argument("source", help="a folder, or a file: .zip, .csv, .npz, .parquet")
    imported.add_argument("file", type=Path, help="the file to write, which ends with .npz")
    imported.add_argument("--name", help="what the data set is called (default: as its source)")
    low, high = SIDES
    imported.add_argument("--side", type=int, help=f"pixels of a picture's side, {low} to {high}")
    for word, told in _ASKED.items():
        action = argparse.BooleanOptionalAction
        imported.add_argument(f"--{word}", action=action, default=None, help=told)
    imported.add_argument("--seed", type=int, default=0, help="of the division, if none is given")
    imported.set_defaults(command=_import)

    trained = commands.add_parser("train", help="train softmax regression, a line an epoch")
    course = Variant("course")
    shared = Experiment((course,))
    trained.add_argument(
        "--data",
        default="fashion-mnist",
        help=f"what to learn: {', '.join(WORDS)}, or a folder or file as for import "
        "(default: fashion-mnist)",
    )
    trained.add_argument("--epochs", type=int, default=shared.epochs)
    trained.add_argument("--batch-size", type=int, default=shared.batch_size)
    trained.add_argument("--seed", type=int, default=shared.seed)
    trained.add_argument("--pixel-scale", choices=PIXEL_SCALES, default=shared.pixel_scale)
    trained.add_argument("--schedule", choices=SCHEDULES, default=shared.schedule)
    trained.add_argument("--validation-size", type=int, default=shared.validation_size)
    trained.add_argument(
        "--learning-rate",
        type=float,
        nargs="+",
        action="extend",
        help="several rates race side by side (up to 16), after one option or several",
    )
    trained.add_argument("--loss", choices=LOSSES, default=course.loss)
    trained.add_argument("--init-std", type=float, default=course.init_std)
    trained.add_argument("--momentum", type=float, default=course.momentum)
    trained.add_argument("--weight-decay", type=float, default=course.weight_decay)
    trained.add_argument("--label-smoothing", type=float, default=course.label_smoothing)
    trained.add_argument("--softmax", choices=SOFTMAX_FORMS, default=course.softmax)
    trained.add_argument(
        "--device", type=_device, default="cpu", help="where torch computes (default: cpu)"
    )
    trained.add_argument(
        "--json",
        action="store_true",
        help="print each record of a step or an epoch as a line of JSON; null stands for nan",
    )
    trained.set_defaults(command=_train)

    work = commands.add_parser(
        "work",
        help="train the runs of servers that share a store",
        description="Train the runs of the store that SOFTMAX_STORE names, until this is ended "
        "(Ctrl-C, SIGTERM): its runs then go on in other workers.",
    )
    work.add_argument(
        "--slots",
        type=_slots,
        default=1,
        help="how many runs to train at once, one processor core each (default: 1)",
    )
    work.set_defaults(command=_work)

    moving = commands.add_parser(
        "move-store",
        help="copy the runs from their file into the PostgreSQL database of SOFTMAX_STORE",
        description="Copy the runs and the class from their file into the empty PostgreSQL "
        "database that SOFTMAX_STORE names (postgresql://user:password@host/name), and compare "
        "every row. No server may use the file meanwhile; it stays where it is.",
    )
    file = str(store_file()).replace("%", "%%")
    moving.add_argument(
        "--file", type=Path, default=store_file(), help=f"the file (default: {file})"
    )
    moving.set_defaults(command=_move_store)
    return parser


def _slots(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 256):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of slots; they are 1 to 256")
    return int(text)


def _device(text: str) -> torch.device:
    """Return a device that computes here."""
    try:
        device = torch.device(text)
        torch.ones(1, device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        known = ["cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count()))]
        message = f"torch has no device {text!r} on this machine; it has {', '.join(known)}"
        raise argparse.ArgumentTypeError(message) from error
    return device


def _work(asked: argparse.Namespace) -> int:
    place = store_place()
    if not isinstance(place, str):
        return _refuse(
            f"A worker needs {STORE_VARIABLE}, the URL of the database that the servers share: "
            "postgresql://user:password@host/name"
        )
    # Only a shared store needs psycopg and procrastinate, which need not be here.
    from softmax_core.runs import Quota, Store

    with Store(
        place,
        max_bytes=_megabytes("SOFTMAX_STORE_MB", 2048),
        quota=Quota(bytes=_megabytes("SOFTMAX_PERSON_MB", 512) or None),
    ) as store:
        from softmax_core.runs.cluster.processor import processor_type
        from softmax_core.runs.cluster.sets import SharedSets
        from softmax_core.runs.cluster.worker import Worker

        worker = Worker(store, SharedSets(store.database, sets_folder()).load, asked.slots)
        _end_when_told(worker.stop)
        print(
            f"Training for {store.database.where}: {asked.slots} at once on {processor_type()}"
            "   (Ctrl-C ends it)",
            flush=True,
        )
        try:
            worker.run()
        except StoreUnreachable as error:
            _refuse(f"StoreUnreachable: {error}")
            os._exit(1)  # threads may wait for an answer for ever
        if _others_are_at_work():
            _refuse(
                f"{store.database.where} says nothing, so what this worker has not stored is lost: "
                "another one makes those steps again."
            )
            os._exit(1)
    return 0


def _end_when_told(stop: Callable[[], None]) -> None:
    """Stop at Ctrl-C or SIGTERM; at the second of them end at once."""
    told: list[int] = []

    def end(number: int, _frame: object) -> None:
        if told:
            os._exit(128 + number)
        told.append(number)
        stop()

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, end)


def _others_are_at_work() -> bool:
    """Tell whether threads that the interpreter would wait for do not end within a second."""
    deadline = monotonic() + 1.0
    mine = threading.current_thread()
    others = [each for each in threading.enumerate() if each is not mine and not each.daemon]
    for each in others:
        each.join(max(deadline - monotonic(), 0.0))
    return any(each.is_alive() for each in others)


def _megabytes(name: str, usual: int) -> int:
    """Return a bound as the servers have it, in bytes."""
    given = os.environ.get(name, "").strip() or str(usual)
    if not given.isdecimal() or int(given) > 10**7:
        raise InvalidExperiment(name, given, f"a whole number from 0 to {10**7}")
    return int(given) * 2**20


def _data(asked: argparse.Namespace) -> int:
    if asked.list:
        for word in WORDS:
            print(f"{word:<16}{named_status(word, asked.root):<9}{title_of(word)}")
        return 0
    dataset = load_named(asked.word, asked.root, not asked.no_download, _show_progress())
    train_count, test_count = len(dataset.train.images), len(dataset.test.images)
    print(
        f"{dataset.name} is {named_status(asked.word, asked.root)}: {train_count} + {test_count} "
        f"pictures in {data_folder(asked.root)}"
    )
    return 0


def _move_store(asked: argparse.Namespace) -> int:
    # Nothing else here needs a store.
    from softmax_core.runs.database import Database
    from softmax_core.runs.moving import moved

    url = store_place()
    if not isinstance(url, str):
        return _refuse(
            f"{STORE_VARIABLE} names no database: set it to postgresql://user:password@host/name."
        )
    sets, lost = 0, list[str]()

    def copy_sets(database: Database) -> None:
        nonlocal sets, lost
        from softmax_core.runs.cluster.sets import copied_sets

        sets, lost = copied_sets(database, asked.file.parent / "sets")

    done = moved(asked.file, url, copy_sets)
    for table, count in {**done.rows, "sets": sets}.items():
        print(f"{table:<14}{count:>9,}")
    print(f"{done.bytes:,} bytes were copied; each row was read again and is what it was.")
    for table, owner in done.damaged:
        print(f"Left out, because the disk has changed it: a row of {table} of {owner}.")
    for name in lost:
        print(f"Left out, because the disk has changed it: the data set of {name}.")
    return 0


def _import(asked: argparse.Namespace) -> int:
    choices = {word: getattr(asked, word) for word in _ASKED}
    found = import_from(
        asked.source,
        name=asked.name,
        side=asked.side,
        asked={word: given for word, given in choices.items() if given is not None},
        seed=asked.seed,
        on_progress=_Reading().show,
    )
    save(found.dataset, asked.file)
    for line in _import_lines(found):
        print(line)
    print(f"Saved as {asked.file}.")
    return 0


def _import_lines(found: Imported) -> list[str]:
    """Return what was read and what was left out."""
    dataset = found.dataset
    lines = [
        f"{dataset.name}: {dataset.classes} classes of {dataset.height} x {dataset.width} pixels, "
        f"{len(dataset.train)} + {len(dataset.test)} pictures, "
        f"{'divided as given' if found.is_given else 'divided by chance'}"
    ]
    lines += [f"  {name}: {train} + {test}" for name, train, test in found.counts()]
    if found.reading is not None:
        done = [word for word in _ASKED if getattr(found.reading, word)]
        lines.append(f"Done to each picture: {', '.join(done) or 'nothing but its size'}.")
    if found.division.in_both:
        lines.append(f"In both splits, and so not learned: {found.division.in_both} pictures.")
    lines += [
        f"Left out: {each.path} ({each.reason}{f', {each.value}' if each.value else ''})"
        for each in found.left_out[:_MOST_LEFT_OUT]
    ]
    if (more := len(found.left_out) - _MOST_LEFT_OUT) > 0:
        lines.append(f"… and {more} more.")
    return lines


def _train(asked: argparse.Namespace) -> int:
    experiment = Experiment(
        tuple(
            Variant(
                f"learning rate {repr(rate).removesuffix('.0')}",
                rate,
                asked.loss,
                asked.init_std,
                asked.momentum,
                asked.weight_decay,
                asked.softmax,
                asked.label_smoothing,
            )
            for rate in asked.learning_rate or [Variant("course").learning_rate]
        ),
        asked.batch_size,
        asked.epochs,
        asked.seed,
        asked.pixel_scale,
        asked.schedule,
        asked.validation_size,
    )
    dataset = _loaded(asked.data)
    training = train(experiment, dataset, device=asked.device)
    bar = _Bar("epoch 1")
    last: EpochRecord | None = None
    while made := training.advance():
        newest = made[-1]
        if isinstance(newest, EpochRecord):
            last = newest
            bar.clear()
            bar = _Bar(f"epoch {last.epoch + 1}")
        else:
            bar.show(_share_of_epoch(training))
        for line in map(_as_json, made) if asked.json else _epoch_lines(experiment, newest):
            print(line, flush=True)
    if last is None:
        return 0
    if not asked.json:
        _print_verdict(experiment, last, dataset)
    return _say_lost(experiment, last)


def _as_json(record: StepRecord | EpochRecord) -> str:
    """Return a record as a line of JSON, which has no word for nan and infinity."""
    kind = "epoch" if isinstance(record, EpochRecord) else "step"
    return json.dumps({"record": kind, **_finite(asdict(record))})


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _say_lost(experiment: Experiment, last: EpochRecord) -> int:
    """Say which variants ended in nan or infinity; the exit status is 1 if one did."""
    lost = [
        variant.name
        for variant, *losses in zip(
            experiment.variants, last.train_loss, last.test_loss, strict=True
        )
        if not all(map(math.isfinite, losses))
    ]
    for name in lost:
        print(f"{name}: the loss is no finite number any more.", file=sys.stderr)
    return 1 if lost else 0


def _share_of_epoch(training: Training) -> float:
    return ((training.step - 1) % training.steps_per_epoch + 1) / training.steps_per_epoch


def _epoch_lines(experiment: Experiment, record: StepRecord | EpochRecord) -> list[str]:
    """Return a line for each variant at the end of an epoch, and none for a step."""
    lines: list[str] = []
    if not isinstance(record, EpochRecord):
        return lines
    for position, variant in enumerate(experiment.variants):
        name = f"  {variant.name}" if len(experiment.variants) > 1 else ""
        validation = (
            f"  validation accuracy {record.validation_accuracy[position]:.4f}"
            if record.validation_accuracy
            else ""
        )
        lines.append(
            f"epoch {record.epoch:>3}/{experiment.epochs}{name}"
            f"  train loss {record.train_loss[position]:.4f}"
            f"  train accuracy {record.train_accuracy[position]:.4f}{validation}"
            f"  test accuracy {record.test_accuracy[position]:.4f}"
        )
    return lines


def _loaded(what: str) -> Dataset:
    named = what in WORDS
    return load(what, on_progress=_show_progress() if named else _Reading().show)


def _print_verdict(experiment: Experiment, last: EpochRecord, dataset: Dataset) -> None:
    digest = dataset.fingerprint
    found, band = verdicts(experiment, last, digest), band_of_course(experiment, digest)
    if found is None or band is None:
        what = "settings" if digest == FASHION_MNIST.digest else "pictures"
        print(f"No band was measured for these {what}, so there is no verdict.")
        return
    for accuracy, verdict in zip(last.test_accuracy, found, strict=True):
        print(
            f"Test accuracy {accuracy:.4f} is {verdict} the band of the course's settings, "
            f"{band.low:.4f} to {band.high:.4f}."
        )


class _Bar:
    """A progress bar on a terminal; nothing at all where the output is a file."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = -1

    def show(self, share: float) -> None:
        filled = int(share * BAR_WIDTH)
        if filled != self._shown and sys.stderr.isatty():
            self._shown = filled
            line = f"\r{self._label} [{'#' * filled}{'.' * (BAR_WIDTH - filled)}]"
            print(line, end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown >= 0:
            print("\r" + " " * (len(self._label) + BAR_WIDTH + 4) + "\r", end="", file=sys.stderr)


class _Reading:
    """The progress of an import: one bar for all of its files."""

    def __init__(self) -> None:
        self._bar = _Bar("reading")

    def show(self, _name: str, done: int, total: int) -> None:
        self._bar.show(done / total if total else 0.0)
        if done >= total:
            self._bar.clear()


def _show_progress() -> OnProgress:
    bars: dict[str, _Bar] = {}

    def show(name: str, done: int, total: int) -> None:
        bar = bars.setdefault(name, _Bar(name))
        bar.show(done / total if total else 0.0)
        if total and done >= total:
            bar.clear()

    return show


if __name__ == "__main__":
    sys.exit(main())
