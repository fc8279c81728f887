import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from softmax_core.errors import InvalidExperiment, RunNotFound
from softmax_core.runs import Store, ThreadRunner
from softmax_core.runs.exporting import (
    LOADING,
    epochs_csv,
    experiment_json,
    read_experiment,
    steps_csv,
    weights_file,
)
from softmax_core.runs.run import mark_of
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant

from .conftest import race


@pytest.fixture
def run_id(make_runner: Callable[..., ThreadRunner]) -> str:
    runner = make_runner()
    return runner.wait(runner.start(race(epochs=2)).id).id


def unmarked(table: str) -> str:
    """Return a table without the mark that tells a spreadsheet how it is written."""
    assert table[0] == "\ufeff"
    return table[1:]


def test_steps_leave_with_every_digit(store: Store, run_id: str) -> None:
    rows = list(csv.DictReader(io.StringIO(unmarked(steps_csv(store, run_id)))))
    columns = store.steps(run_id)
    assert len(rows) == 2 * 40
    assert [row["variant"] for row in rows[:3]] == ["v0", "v1", "v0"]
    for position, row in enumerate(rows):
        step, variant = divmod(position, 2)
        assert int(row["step"]) == step + 1
        assert int(row["epoch"]) == 1 + step // 20
        for figure in ("loss", "accuracy", "saturation", "gradient_norm"):
            assert float(row[figure]) == getattr(columns, figure)[step, variant]


def test_epochs_leave_with_every_digit(store: Store, run_id: str) -> None:
    rows = list(csv.DictReader(io.StringIO(unmarked(epochs_csv(store, run_id)))))
    records = store.epochs(run_id)
    assert [(row["epoch"], row["step"], row["variant"]) for row in rows] == [
        ("1", "20", "v0"),
        ("1", "20", "v1"),
        ("2", "40", "v0"),
        ("2", "40", "v1"),
    ]
    assert float(rows[3]["test_loss"]) == records[1].test_loss[1]
    assert rows[0]["validation_loss"] == ""


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *((f"{mark}1+1", f"'{mark}1+1") for mark in "=+-@＝＋－＠"),
        ("x;=1+1", "x;'=1+1"),
        ('"=1', "\"'=1"),
        (" =1", " '=1"),
        ("1=1", "1=1"),
        ("a, b-c", "a, b-c"),
    ],
)
def test_a_name_is_no_formula_in_a_spreadsheet(store: Store, name: str, written: str) -> None:
    run = store.create(Experiment([Variant(name), Variant("other")]), 1).id
    zeros = [0.0, 0.0]
    store.append(
        run,
        [StepRecord(1, 1, zeros, zeros, zeros, zeros)],
        [EpochRecord(1, 1, zeros, zeros, None, None, zeros, zeros, [])],
    )
    for table in (steps_csv(store, run), epochs_csv(store, run)):
        bare = unmarked(table)
        found = [row["variant"] for row in csv.DictReader(io.StringIO(bare, newline=""))]
        assert found == [written, "other"]
        # Quoted, so that no separator of another country cuts a text into cells.
        assert all(line[0] == line[-1] == '"' for line in bare.splitlines())


def test_an_experiment_comes_in_again(store: Store, run_id: str) -> None:
    store.rename(run_id, "第一次")
    store.annotate(run_id, "two\nlines")
    described = read_experiment(experiment_json(store.run(run_id)).encode())
    assert described.experiment == race(epochs=2)
    assert (described.name, described.note) == ("第一次", "two\nlines")


def changed(**fields: object) -> bytes:
    whole = {
        "format": "softmax-explorer experiment",
        "version": 1,
        "name": "",
        "note": "",
        "experiment": race().to_dict(),
    }
    return json.dumps({**whole, **fields}).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_what_an_editor_has_saved_comes_in(store: Store, run_id: str, encoding: str) -> None:
    store.rename(run_id, "第一次")
    described = read_experiment(experiment_json(store.run(run_id)).encode(encoding))
    assert (described.name, described.experiment) == ("第一次", race(epochs=2))


WRONG = {
    "nothing": None, "a truth": True, "a text": "0.1", "an empty text": "", "a list": [1],
    "an object": {"a": 1}, "nan": math.nan, "infinity": math.inf, "a negative": -1, "a half": 0.5,
    "400 digits": 10**400, "1e308": 1e308, "a line break": "a\nb", "a NUL": "a\0", "a tab": "\t",
    "half a pair": "\ud83d", "a long text": "x" * 5000, "markup": "<b>", "-0": -0.0,
}  # fmt: skip


FIELDS = [
    *("name", "note", "experiment", "format", "version"),
    *(f"experiment.{field.name}" for field in fields(Experiment)),
    *(f"variant.{field.name}" for field in fields(Variant)),
]


def with_wrong(field: str, wrong: str) -> bytes:
    """Return a file with another value in one of its fields."""
    place, _, name = field.rpartition(".")
    whole: dict[str, Any] = json.loads(changed())
    inner = whole["experiment"]
    {"": whole, "experiment": inner, "variant": inner["variants"][1]}[place][name] = WRONG[wrong]
    return json.dumps(whole).encode()


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("field", FIELDS)
def test_each_field_with_each_wrong_kind_of_value_is_taken_or_refused(
    store: Store, field: str, wrong: str
) -> None:
    place, _, name = field.rpartition(".")
    refused: InvalidExperiment | None = None
    try:
        described = read_experiment(with_wrong(field, wrong))
    except InvalidExperiment as error:
        refused = error
    if refused:
        assert refused.field in (name, "a", "variant")  # or a field within what was given
        assert refused.variant == 1 or place != "variant"
        return
    run = store.create(described.experiment, 1)
    store.rename(run.id, described.name)
    store.annotate(run.id, described.note)
    assert read_experiment(experiment_json(store.run(run.id)).encode()) == described


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "file"),
        (b"\x80\x04\x95pickle", "file"),
        (b"[" * 90_000, "file"),
        (b" " * 100_001, "file"),
        (b"[1, 2]", "file"),
        (b"{}", "format"),
        (changed(format="recipe"), "format"),
        (changed(version=2), "version"),
        (changed(version=True), "version"),
        (changed(name=7), "name"),
        (changed(name="x" * 81), "name"),
        (changed(note="x" * 2001), "note"),
        (changed(code="import os"), "code"),
        (changed(experiment=None), "experiment"),
        (changed(experiment={**race().to_dict(), "epochs": 10**9}), "epochs"),
        (changed(experiment={**race().to_dict(), "epochs": "1"}), "epochs"),
        (changed(experiment={**race().to_dict(), "hook": "x"}), "hook"),
        (
            changed(experiment={"variants": [{"name": "v", "learning_rate": "0.1"}]}),
            "learning_rate",
        ),
        (changed(experiment={"variants": "all"}), "variants"),
    ],
)
def test_a_file_is_checked_field_by_field(content: bytes, field: str) -> None:
    with pytest.raises(InvalidExperiment) as refused:
        read_experiment(content)
    assert refused.value.field == field


def test_two_lines_of_python_load_the_weights(
    store: Store, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights.safetensors").write_bytes(weights_file(store, run_id, 2))
    monkeypatch.chdir(tmp_path)
    names: dict[str, torch.Tensor] = {}
    assert len(LOADING.splitlines()) == 2
    exec(LOADING, names)
    weights, bias = store.weights(run_id, 2)
    assert torch.equal(names["weights"], weights)
    assert torch.equal(names["bias"], bias)
    with safe_open(tmp_path / "weights.safetensors", "pt") as file:
        told = file.metadata()
    assert Experiment.from_dict(json.loads(told["experiment"])) == race(epochs=2)
    assert (told["epoch"], json.loads(told["variants"])) == ("2", ["v0", "v1"])
    assert told["run"] == mark_of(run_id)
    assert run_id.encode() not in (tmp_path / "weights.safetensors").read_bytes()
    assert json.loads(told["classes"])[9] == "Ankle boot"
    with pytest.raises(RunNotFound):
        weights_file(store, run_id, 3)


@pytest.mark.parametrize(
    ("once", "twice", "field"),
    [
        ('"seed": ', '"seed": 1, "seed": ', "seed"),
        ('"learning_rate": ', '"learning_rate": 5.0, "learning_rate": ', "learning_rate"),
        ('"format": ', '"format": "", "format": ', "format"),
    ],
)
def test_a_field_that_a_file_gives_twice_is_not_chosen_from(
    once: str, twice: str, field: str
) -> None:
    described = {
        "format": "softmax-explorer experiment",
        "version": 1,
        "experiment": Experiment([Variant("a", 0.5)]).to_dict(),
    }
    text = json.dumps(described)
    read = read_experiment(text.encode())
    assert read.experiment.variants[0].learning_rate == 0.5
    with pytest.raises(InvalidExperiment) as caught:
        read_experiment(text.replace(once, twice, 1).encode())
    assert (caught.value.value, caught.value.allowed) == ("a field twice", field)
