import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from softmax_core.errors import InvalidExperiment, RunNotFound
from softmax_core.runs import Runner, Store
from softmax_core.runs.exporting import (
    LOADING,
    epochs_csv,
    experiment_json,
    read_experiment,
    steps_csv,
    weights_file,
)
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant

from .conftest import race


@pytest.fixture
def run_id(make_runner: Callable[..., Runner]) -> str:
    runner = make_runner()
    return runner.wait(runner.start(race(epochs=2)).id).id


def test_steps_leave_with_every_digit(store: Store, run_id: str) -> None:
    rows = list(csv.DictReader(io.StringIO(steps_csv(store, run_id))))
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
    rows = list(csv.DictReader(io.StringIO(epochs_csv(store, run_id))))
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
        ("x\t@a", "x\t'@a"),
        ("\t=1", "\t'=1"),
        ("\r=1", " '=1"),
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
        found = [row["variant"] for row in csv.DictReader(io.StringIO(table, newline=""))]
        assert found == [written, "other"]
        # Quoted, so that no separator of another country cuts a text into cells.
        assert all(line[0] == line[-1] == '"' for line in table.splitlines())


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
    assert (told["run"], told["epoch"], json.loads(told["variants"])) == (run_id, "2", ["v0", "v1"])
    assert json.loads(told["classes"])[9] == "Ankle boot"
    with pytest.raises(RunNotFound):
        weights_file(store, run_id, 3)
