"""The command line, by its words and its output."""

from __future__ import annotations

import re
import subprocess
import sys

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
        monkeypatch.setattr("softmax_core.data.debian.DEBIAN_FOLDER", tmp_path / "absent")
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
