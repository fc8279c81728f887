from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from softmax_core.data import files, load_fashion_mnist
from softmax_core.errors import DataDamaged
from tests.core.data.conftest import CONTENTS, Folders


def broken_archives() -> dict[str, bytes]:
    content = CONTENTS[files.TEST_IMAGES]
    packed = gzip.compress(content)
    return {
        "truncated": packed[: len(packed) // 2],
        "not gzip": b"<html>Not Found</html>",
        "bits flipped": packed[:20] + bytes(20) + packed[40:],
        "too short inside": gzip.compress(content[:-1]),
        "foreign inside": gzip.compress(bytes(len(content))),
    }


@pytest.mark.parametrize("case", broken_archives())
def test_a_broken_archive_is_named_and_leaves_nothing(folders: Folders, case: str) -> None:
    folders.put_debian()
    archive = folders.debian / f"{files.TEST_IMAGES}.gz"
    archive.write_bytes(broken_archives()[case])
    with pytest.raises(DataDamaged, match="apt-get install --reinstall") as caught:
        load_fashion_mnist(folders.root)
    assert caught.value.path == archive
    assert files.TEST_IMAGES not in folders.everything()
    assert [path.name for path in folders.raw.parent.iterdir()] == ["raw"]


def test_an_interrupted_unpacking_leaves_nothing_that_is_trusted(folders: Folders) -> None:
    folders.put_debian()

    def interrupt(name: str, _done: int, _total: int) -> None:
        if name == files.TEST_IMAGES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_fashion_mnist(folders.root, on_progress=interrupt)
    assert files.TEST_IMAGES not in folders.everything()
    assert load_fashion_mnist(folders.root, download=False).test.labels.tolist() == [0, 1]


SCRIPT = """
import sys
from pathlib import Path
from softmax_core.data import debian, files, load_fashion_mnist
from softmax_core.data.files import DataFile
files.FILES = tuple(DataFile(*row) for row in {table!r})
debian.DEBIAN_FOLDER = Path({debian!r})
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    load_fashion_mnist({root!r}, download=False)
"""


def test_processes_that_unpack_at_once_do_not_break_each_other(folders: Folders) -> None:
    folders.put_debian()
    table = [(file.name, file.size, file.sha256, file.archive_size) for file in files.FILES]
    script = SCRIPT.format(table=table, debian=str(folders.debian), root=str(folders.root))
    command = [sys.executable, "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    racers = [
        subprocess.Popen(command, cwd=files.PROJECT_FOLDER, text=True, **pipes) for _ in range(2)
    ]
    for racer in racers:  # both have imported torch before either starts
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    outcomes = [(racer.communicate()[1], racer.returncode) for racer in racers]
    assert outcomes == [("", 0), ("", 0)]
    assert folders.everything() == sorted([*CONTENTS, "verified.json"])
