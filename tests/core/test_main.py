"""The command line, by its words and its output."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from softmax_core.__main__ import main


def test_training_prints_a_line_an_epoch_and_the_verdict_that_there_is_none(capsys):
    assert main(["train", "--epochs", "1", "--learning-rate", "0.1", "0.01"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert re.match(r"epoch   1/1  learning rate 0\.1  train loss 0\.\d{4}", lines[0])
    fast, slow = (float(line.rsplit(" ", 1)[1]) for line in lines[:2])
    assert fast > slow > 0.5
    assert "no verdict" in lines[2]


def test_the_verdict_names_the_band(capsys, monkeypatch):
    import softmax_core.__main__ as command_line
    from softmax_core.training import EpochRecord

    class Finished:
        step = steps_per_epoch = 235

        def __init__(self):
            last = EpochRecord(10, 2350, [0.4], [0.8], None, None, [0.5], [0.5], [[[0]]])
            self.advance = iter([[last], []]).__next__

    monkeypatch.setattr(command_line, "train", lambda *_, **__: Finished())
    assert main(["train"]) == 0
    assert "Test accuracy 0.5000 is below the band of the course's settings" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--learning-rate", "-1"], "learning_rate is -1.0"),
        (["train", "--epochs", "0"], "epochs is 0"),
        (["data", "--no-download", "--root", "nowhere/at/all"], None),
    ],
)
def test_an_error_is_one_sentence_on_stderr(words, said, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    if said is None:
        # An empty folder and no Debian package: nothing to read, nothing to fetch.
        monkeypatch.setattr("softmax_core.data.archives.DEBIAN_FOLDER", tmp_path / "absent")
        said = "DataNotFound"
    assert main(words) == 1
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_the_module_runs_as_a_process():
    ended = subprocess.run(
        [sys.executable, "-m", "softmax_core", "data", "--no-download"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "60000 + 10000 pictures" in ended.stdout


def train_words(*more: str) -> list[str]:
    return ["train", "--epochs", "1", "--batch-size", "20000", *more]


def test_a_rate_may_be_given_again(capsys):
    assert main(train_words("--learning-rate", "0.1", "--learning-rate", "1.0", "2")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.findall(r"learning rate (\S+)", line) for line in lines[:3]] == [
        ["0.1"],
        ["1"],
        ["2"],
    ]


def test_each_record_is_a_line_of_json(capsys):
    assert main(train_words("--json")) == 0
    out = capsys.readouterr()
    records = [json.loads(line) for line in out.out.splitlines()]
    assert [record["record"] for record in records] == ["step", "step", "step", "epoch"]
    assert records[0]["step"] == 1
    assert 0 < records[-1]["test_accuracy"][0] < 1
    assert not out.err


def test_a_training_that_ends_in_nan_is_no_success(capsys):
    words = train_words("--softmax", "naive", "--learning-rate", "1000", "--pixel-scale", "raw")
    assert main([*words, "--json"]) == 1
    out = capsys.readouterr()
    assert "learning rate 1000: the loss is no finite number" in out.err
    assert json.loads(out.out.splitlines()[-1])["test_loss"] == [None]


@pytest.mark.parametrize("device", ["nonsense", "cuda:99", "meta", ""])
def test_a_device_that_is_not_there_is_said(device, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(train_words("--device", device))
    assert f"torch has no device {device!r} on this machine; it has cpu" in capsys.readouterr().err


def run(words: list[str], **options):
    return subprocess.run(
        [sys.executable, "-m", "softmax_core", *words],
        **{"capture_output": True, "timeout": 120, "check": False, **options},
    )


def test_the_help_can_be_read_where_only_ascii_is_known(tmp_path):
    env = {
        **os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii", "SOFTMAX_DATA": str(tmp_path / "données 100 %"),
    }  # fmt: skip
    ended = run(["data", "--help"], env=env)
    assert ended.returncode == 0, ended.stderr
    said = b" ".join(ended.stdout.split())
    assert said.isascii()
    assert rb"donn\udcc3\udca9es 100 %" in said


def test_nobody_reading_ends_it_quietly():
    reading, writing = os.pipe()
    os.close(reading)
    ended = run(train_words("--json"), capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_full_disk_is_said():
    with Path("/dev/full").open("wb") as full:
        ended = run(train_words(), capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 1
    assert ended.stderr == b"The output could not be written: No space left on device.\n"


def test_ctrl_c_ends_it_quietly():
    started = subprocess.Popen(
        [sys.executable, "-m", "softmax_core", "train", "--json", "--epochs", "1000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stdout.readline()
    started.send_signal(signal.SIGINT)
    _out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, b"")
