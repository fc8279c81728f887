"""Export and import: records as CSV, experiments as JSON, weights as safetensors.

An experiment's JSON can be imported again; every field is checked, and nothing in it is executed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, repeat
from typing import Any, Final

from safetensors.torch import save

from softmax_core.data.dataset import FASHION_MNIST, Description
from softmax_core.errors import InvalidData, InvalidExperiment
from softmax_core.runs.blocks import STEP_MEASURES
from softmax_core.runs.curation import MAX_NOTE, MAX_RUN_NAME, short_text
from softmax_core.runs.history import EPOCH_MEASURES
from softmax_core.runs.recordings import Fork
from softmax_core.runs.run import Run, mark_of
from softmax_core.runs.spreadsheet import cell, rows_writer
from softmax_core.runs.store import Store
from softmax_core.training.experiment import MAX_STEPS, Experiment

FORMAT: Final = "softmax-explorer experiment"
VERSION: Final = 1
MAX_BYTES: Final = 100_000  # 16 variants take 4,000; the limit protects the memory

_MOST_FORKS: Final = 100
_STEPS_AT_ONCE: Final = 1000  # read and written: 16 variants make 2 MB of them

LOADING: Final = """\
from safetensors.torch import load_file
weights, bias = map(load_file("weights.safetensors").get, ("weights", "bias"))"""
"""Two lines that load a `weights_file`: float32 (R, classes, pixels) and (R, classes)."""


@dataclass(frozen=True, slots=True)
class Described:
    """An experiment read from a file, with the name and note of its run.

    Attributes:
        experiment: the experiment.
        name: the run's name, or "".
        note: the run's note, or "".
        data: what the run was trained on.
        forks: what the run descends from, by their marks; none for one that began by itself.
    """

    experiment: Experiment
    name: str = ""
    note: str = ""
    data: Description = FASHION_MNIST
    forks: tuple[Fork, ...] = ()


def steps_csv(store: Store, run_id: str) -> str:
    """Export the step records of a run as CSV, one row per step and variant, with all digits.

    Args:
        store: the store of the run.
        run_id: the run.

    Returns:
        The columns step, epoch, seconds, variant, loss, accuracy, saturation, gradient_norm, after
        a byte-order mark.

    Raises:
        RunNotFound: there is no such run.
    """
    return "".join(steps_in_pieces(store, store.run(run_id)))


def steps_in_pieces(store: Store, run: Run) -> Iterator[str]:
    """Yield what `steps_csv` returns, piece by piece, up to the step that `run` has reached."""
    names = [cell(name) for name in run.names]
    out, writer = rows_writer("step", "epoch", "seconds", "variant", *STEP_MEASURES)
    for after in range(0, run.step, _STEPS_AT_ONCE):
        columns = store.steps(run.id, after, min(after + _STEPS_AT_ONCE, run.step))
        count = len(names)
        seconds = (f"{moment:.6f}" for moment in columns.seconds.tolist())
        writer.writerows(
            zip(
                columns.step.repeat(count).tolist(),
                columns.epoch.repeat(count).tolist(),
                chain.from_iterable(repeat(text, count) for text in seconds),
                cycle(names),
                *(getattr(columns, measure).ravel().tolist() for measure in STEP_MEASURES),
                strict=False,  # the names go round
            )
        )
        yield _taken(out)
    yield _taken(out)


def epochs_csv(store: Store, run_id: str) -> str:
    """Export the epoch records of a run as CSV, one row per epoch and variant.

    Args:
        store: the store of the run.
        run_id: the run.

    Returns:
        The columns epoch, step, variant and the six losses and accuracies, empty if there are no
        validation pictures, after a byte-order mark. The confusion matrices are not included.

    Raises:
        RunNotFound: there is no such run.
    """
    return "".join(epochs_in_pieces(store, store.run(run_id)))


def epochs_in_pieces(store: Store, run: Run) -> Iterator[str]:
    """Yield what `epochs_csv` returns, piece by piece."""
    names = [cell(name) for name in run.names]
    out, writer = rows_writer("epoch", "step", "variant", *EPOCH_MEASURES)
    for record in store.epochs(run.id):
        found = [getattr(record, column) for column in EPOCH_MEASURES]
        for position, name in enumerate(names):
            values = ["" if column is None else column[position] for column in found]
            writer.writerow([record.epoch, record.step, name, *values])
        yield _taken(out)
    yield _taken(out)


def experiment_json(run: Run, forks: Sequence[Fork] = ()) -> str:
    """Export a run's experiment, name and note as JSON; `read_experiment` is the inverse.

    Args:
        run: the run.
        forks: what it descends from (`Store.forks`); its first steps were made with that. The
            file names these runs by their marks (`mark_of`), for an id is a link's secret.
    """
    described: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "name": run.name,
        "note": run.note,
        "experiment": run.experiment.to_dict(),
    }
    if run.data != FASHION_MNIST:
        described["data"] = run.data.to_dict()
    if forks:
        described["goes_on_from"] = [
            {
                "run": mark_of(fork.parent),
                "step": fork.step,
                "experiment": fork.experiment.to_dict(),
            }
            for fork in forks
        ]
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def read_experiment(content: bytes) -> Described:
    """Read an experiment from a file of any origin.

    Args:
        content: the file's bytes.

    Returns:
        The validated experiment, with the run's name and note.

    Raises:
        InvalidExperiment: the file is too large, not JSON, of another format or version, or a
            field is unknown, missing, given twice, or out of range.

    Example:
        >>> read_experiment(b'{"format": "a recipe"}')
        Traceback (most recent call last):
        softmax_core.errors.InvalidExperiment: format is 'a recipe'; it must be \
'softmax-explorer experiment'.
    """
    if len(content) > MAX_BYTES:
        raise InvalidExperiment("file", f"{len(content):,} bytes", f"at most {MAX_BYTES:,} bytes")
    try:
        # In UTF-8 or UTF-16, with a byte-order mark or without.
        described = json.loads(content, object_pairs_hook=_each_once)
    except InvalidExperiment:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidExperiment("file", "no JSON", f"JSON ({error})") from error
    if not isinstance(described, dict):
        raise InvalidExperiment("file", type(described).__name__, "an object with named fields")
    fields = {"format", "version", "name", "note", "experiment", "data", "goes_on_from"}
    for field in described:
        if field not in fields:
            raise InvalidExperiment(str(field), "given", f"one of {', '.join(sorted(fields))}")
    if described.get("format") != FORMAT:
        raise InvalidExperiment("format", described.get("format"), repr(FORMAT))
    version = described.get("version")
    if version != VERSION or isinstance(version, bool):
        raise InvalidExperiment("version", version, f"{VERSION}; a newer program wrote others")
    return Described(
        Experiment.from_dict(described.get("experiment")),  # type: ignore[arg-type]  # it checks
        short_text(described.get("name", ""), "name", MAX_RUN_NAME),
        short_text(described.get("note", ""), "note", MAX_NOTE),
        _data_of(described),
        _forks(described.get("goes_on_from", [])),
    )


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its fields; of two with one name the first would be lost."""
    found: dict[str, Any] = {}
    for field, value in pairs:
        if field in found:
            raise InvalidExperiment("file", "a field twice", field)
        found[field] = value
    return found


def _data_of(described: dict[str, object]) -> Description:
    if "data" not in described:
        return FASHION_MNIST
    try:
        return Description.from_dict(described["data"])  # type: ignore[arg-type]
    except InvalidData as error:
        raise InvalidExperiment("data", described["data"], "what a data set is") from error


def _forks(described: object) -> tuple[Fork, ...]:
    """Check what a file says that its run descends from."""
    if not isinstance(described, list) or len(described) > _MOST_FORKS:
        raise InvalidExperiment("goes_on_from", "given", f"a list of at most {_MOST_FORKS} runs")
    forks = []
    for each in described:
        match each:
            case {"run": str(parent), "step": int(step), "experiment": dict(experiment)} if (
                len(each) == 3 and not isinstance(step, bool) and 0 <= step <= MAX_STEPS
            ):
                name = short_text(parent, "run", MAX_RUN_NAME)
                forks.append(Fork(step, name, Experiment.from_dict(experiment)))
            case _:
                raise InvalidExperiment("goes_on_from", "given", "a list of runs with their steps")
    return tuple(forks)


def weights_file(store: Store, run_id: str, epoch: int) -> bytes:
    """Export the weights at the end of an epoch as a safetensors file with metadata.

    Args:
        store: the store of the run.
        run_id: the run.
        epoch: 0 for the initial ones.

    Returns:
        The file: "weights" float32 (R, classes, pixels), "bias" float32 (R, classes); as
        metadata the experiment and what it was trained on as JSON, the run, the epoch, and the
        names of the variants and classes.

    Raises:
        RunNotFound: there is no such run, or it has not reached this epoch.
    """
    run = store.run(run_id)
    weights, bias = store.weights(run_id, epoch)
    metadata = {
        "format": "pt",
        "run": mark_of(run.id),
        "epoch": str(epoch),
        "experiment": json.dumps(run.experiment.to_dict(), ensure_ascii=False),
        "variants": json.dumps([v.name for v in run.experiment.variants], ensure_ascii=False),
        "classes": json.dumps(run.data.class_names, ensure_ascii=False),
        "data": json.dumps(run.data.to_dict(), ensure_ascii=False),
    }
    return save({"weights": weights.contiguous(), "bias": bias.contiguous()}, metadata=metadata)


def _taken(out: io.StringIO) -> str:
    """Take what has been written out of the buffer."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
