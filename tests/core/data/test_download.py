from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from softmax_core.data import download as watched
from softmax_core.data import files, load_fashion_mnist
from softmax_core.data.files import DataFile
from softmax_core.errors import DownloadFailed
from tests.core.data.conftest import CONTENTS, Folders

# What stands in for torchvision: a program that is given the staging folder and the names.
WRITE_ALL = """
import sys
from pathlib import Path
contents = {contents!r}
staging = Path(sys.argv[1])
for name in sys.argv[2:]:
    (staging / name).write_bytes(contents[name])
"""
PAUSE_BETWEEN = """
import time
for name in sys.argv[2:]:
    (staging / (name + ".gz")).write_bytes(b"12345")
    time.sleep(0.2)
    (staging / (name + ".gz")).unlink()
"""


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Mirror:
    return Mirror(monkeypatch)


class Mirror:
    """Replaces the child process; `asked` tells what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(watched, "POLL_INTERVAL", 0.01)

    def behaves_as(self, script: str) -> None:
        def command(staging: Path, wanted: Sequence[DataFile]) -> list[str]:
            self.asked = [file.name for file in wanted]
            return [sys.executable, "-c", script, str(staging), *self.asked]

        self._monkeypatch.setattr(watched, "_command", command)


def test_a_download_is_kept_and_not_repeated(folders: Folders, mirror: Mirror) -> None:
    mirror.behaves_as(WRITE_ALL.format(contents=CONTENTS))
    assert load_fashion_mnist(folders.root).test.labels.tolist() == [0, 1]
    assert mirror.asked == list(CONTENTS)
    assert folders.everything() == sorted([*CONTENTS, "verified.json"])
    mirror.asked.clear()
    load_fashion_mnist(folders.root)
    assert mirror.asked == []


def test_only_what_is_missing_is_downloaded(folders: Folders, mirror: Mirror) -> None:
    folders.put_raw()
    (folders.raw / files.TEST_LABELS).unlink()
    mirror.behaves_as(WRITE_ALL.format(contents=CONTENTS))
    load_fashion_mnist(folders.root)
    assert mirror.asked == [files.TEST_LABELS]


def test_debians_copy_is_preferred_to_the_mirror(folders: Folders, mirror: Mirror) -> None:
    folders.put_debian()
    mirror.behaves_as("raise SystemExit('the mirror must not be asked')")
    load_fashion_mnist(folders.root)
    assert mirror.asked == []


def test_progress_tells_the_archives_bytes(folders: Folders, mirror: Mirror) -> None:
    mirror.behaves_as(WRITE_ALL.format(contents=CONTENTS) + PAUSE_BETWEEN)
    told: list[tuple[str, int, int]] = []
    load_fashion_mnist(folders.root, on_progress=lambda *news: told.append(news))
    totals = {file.name: file.archive_size for file in files.FILES}
    assert {name for name, done, _total in told if done == 5} == set(CONTENTS)
    assert all(totals[name] == total for name, _done, total in told)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise OSError('no route to host')", "OSError: no route to host"),
        ("raise SystemExit(3)", "the download ended with 3"),
        (
            WRITE_ALL.format(contents={name: bytes(len(c)) for name, c in CONTENTS.items()}),
            "arrived with sha256",
        ),
        (
            WRITE_ALL.format(contents={name: c[:-1] for name, c in CONTENTS.items()}),
            "bytes, not",
        ),
        ("pass", "arrived with something that is not a file"),
    ],
    ids=["no network", "silent death", "foreign", "truncated", "nothing came"],
)
def test_a_broken_download_tells_the_reason_and_keeps_nothing(
    folders: Folders, mirror: Mirror, script: str, reason: str
) -> None:
    mirror.behaves_as(script)
    with pytest.raises(DownloadFailed, match="apt-get install dataset-fashion-mnist") as caught:
        load_fashion_mnist(folders.root)
    assert reason in caught.value.reason
    assert caught.value.reason in str(caught.value)
    assert folders.everything() == []
    assert [path.name for path in folders.raw.parent.iterdir()] == ["raw"]


def test_a_mirror_that_falls_silent_is_given_up(
    folders: Folders, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "SILENCE_LIMIT", 0.1)
    begin = "import sys, time; open(sys.argv[1] + '/begun', 'w').close(); time.sleep(600)"
    mirror.behaves_as(begin)
    with pytest.raises(DownloadFailed, match="sent nothing"):
        load_fashion_mnist(folders.root)
    monkeypatch.setattr(watched, "START_LIMIT", 0.1)
    mirror.behaves_as("import time; time.sleep(600)")
    with pytest.raises(DownloadFailed, match="did not begin"):
        load_fashion_mnist(folders.root)
    assert folders.everything() == []


def test_an_interrupted_download_keeps_nothing_and_ends_its_process(
    folders: Folders, mirror: Mirror, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    tell = f"import os, time; Path({str(note)!r}).write_text(str(os.getpid()))\n"
    write = WRITE_ALL.format(contents=CONTENTS)
    mirror.behaves_as(write.replace("staging =", tell + "staging =") + "time.sleep(600)")

    def interrupt(_name: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_fashion_mnist(folders.root, on_progress=interrupt)
    assert folders.everything() == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
