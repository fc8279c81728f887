"""A full disk, a lock, damage, a newer version, a read-only folder: said, nothing overwritten."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import (
    StoreDamaged,
    StoreLocked,
    StoreNotWritable,
    StoreTooNew,
)
from softmax_core.runs import Runner, Store, open_store, schema, sqlite

from .conftest import race
from .reference import stored, uninterrupted
from .test_blocks import records


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a run in it, closed."""
    where = tmp_path / "runs.sqlite"
    with Store(where) as store:
        run = store.create(race(), 60)
        for first in range(1, 2001, 100):
            store.append(run.id, records(100, first=first))
        store.set_status(run.id, "stopped")
    return where


def broken_header(content: bytes) -> bytes:
    return b"\0" * 100 + content[100:]


def broken_page(content: bytes) -> bytes:
    return content[: 4096 * 2] + b"\xa5" * 4096 + content[4096 * 3 :]


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def other_thing(_content: bytes) -> bytes:
    return b"PNG or whatever; not a database at all. " * 200


@pytest.mark.parametrize("damage", [broken_header, broken_page, cut_short, other_thing])
def test_a_damaged_store_is_set_aside_whole_and_a_new_one_opens(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    content = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"runs\.sqlite"):
        Store(path)
    assert path.read_bytes() == content
    with open_store(path) as fresh:
        saved = len(fresh.runs())
        assert fresh.set_aside is not None
        assert fresh.set_aside.parent == path.parent
        assert fresh.set_aside.read_bytes() == content
        fresh.create(race(), 60)
    with open_store(path) as again:
        assert again.set_aside is None
        assert len(again.runs()) == saved + 1


def test_two_damaged_stores_lie_side_by_side(path: Path) -> None:
    for content in (b"first, damaged" * 99, b"second, damaged" * 99):
        path.write_bytes(content)
        open_store(path).close()
    kept = sorted(found.read_bytes()[:6] for found in path.parent.glob("*.damaged-*"))
    assert kept == [b"first,", b"second"]


def test_what_sqlite_keeps_beside_a_file_goes_with_the_damaged_one(path: Path) -> None:
    path.write_bytes(broken_page(path.read_bytes()))
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).write_bytes(b"not merged yet")
    with open_store(path) as fresh:
        aside = fresh.set_aside
    assert aside is not None
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"not merged yet"
    assert aside.with_name(aside.name + "-shm").exists()  # SQLite may have written into it


def test_a_damaged_store_in_use_is_left_alone(path: Path, dataset: Dataset) -> None:
    with Store(path) as store:
        runner = Runner(store, lambda _data: dataset)
        content = other_thing(b"")
        path.write_bytes(content)
        with pytest.raises(StoreLocked):
            open_store(path)
        assert path.read_bytes() == content
        path.unlink()  # SQLite may close what it has open in peace
        runner.close()


def test_a_database_of_another_program_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
    content = path.read_bytes()
    with pytest.raises(StoreDamaged, match="some other program"):
        Store(path)
    assert path.read_bytes() == content


def test_a_newer_store_stays_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.NEWEST + 1}")
    content = path.read_bytes()
    with pytest.raises(StoreTooNew, match=f"version {schema.NEWEST + 1}"):
        open_store(path)
    assert path.read_bytes() == content
    assert not list(path.parent.glob("*.damaged-*"))


def test_a_store_locked_by_another_program_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked, match="locked by another program"):
            open_store(path)
    with open_store(path) as store:
        assert len(store.runs()) == 1


def test_a_full_disk_interrupts_the_run_and_it_goes_on_when_there_is_room(
    tmp_path: Path, dataset: Dataset
) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        runner = Runner(store, lambda _data: dataset)
        fill_disk(store)
        run = runner.start(race())
        ended = runner.wait(run.id)
        assert ended.status == "interrupted"
        assert ended.error is not None
        assert "full" in ended.error
        assert 0 < len(store.epochs(run.id)) < 3 or store.checkpoint(run.id) is None
        empty_disk(store)
        runner.resume(run.id)
        assert runner.wait(run.id).status == "finished"
        assert store.run(run.id).error is None
        assert stored(store, run.id) == uninterrupted(race(), dataset)
        runner.close()


def fill_disk(store: Store) -> None:
    """SQLite's own limit stands in for the disk's: it refuses with the same error."""
    with store._database.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 95}")


def empty_disk(store: Store) -> None:
    with store._database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_does_not_stop_the_reading(path: Path) -> None:
    with Store(path) as store:
        run = store.runs()[0].id
        with store._database.writing() as connection:
            connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StoreNotWritable, match="full"):
            store.append(run, records(5000, first=2001))
        assert store.run(run).step == 2000
        assert len(store.steps(run)) == 2000


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder should be")
    with pytest.raises(StoreNotWritable, match="SOFTMAX_RUNS"):
        open_store(tmp_path / "runs" / "runs.sqlite")


READ_ONLY = """
import os, sys
from pathlib import Path
from softmax_core.errors import StoreNotWritable
from softmax_core.runs import open_store
if os.getuid() == 0:  # root may write everywhere, so become nobody
    os.setuid(65534)
for name in ("runs.sqlite", "new.sqlite"):
    try:
        open_store(Path(sys.argv[1], name)).create
        print("opened", name)
    except StoreNotWritable as error:
        print("refused", name, "SOFTMAX_RUNS" in str(error))
"""


def test_a_read_only_folder_is_said_and_its_store_untouched(path: Path) -> None:
    content = path.read_bytes()
    folder = path.parent
    there = sorted(folder.iterdir())
    opened_up = [folder, *folder.parents[:2]]
    modes = [part.stat().st_mode for part in opened_up]
    path.chmod(0o444)
    try:
        for part in opened_up:
            part.chmod(part.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
        folder.chmod(0o555)
        said = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(folder)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
        )
    finally:
        for part, mode in zip(opened_up, modes, strict=True):
            part.chmod(mode)
    assert said.stdout.splitlines() == ["refused runs.sqlite True", "refused new.sqlite True"]
    assert path.read_bytes() == content
    assert sorted(folder.iterdir()) == there


ENDING = """
import os, signal, sys, time
from pathlib import Path
from softmax_core.runs import Limits, Runner, Store
from tests.core.runs.conftest import race, tiny_dataset
store = Store(Path(sys.argv[1]))
runner = Runner(store, lambda _data: tiny_dataset(), Limits(active=1))
run = runner.start(race(epochs=1000))
runner.start(race(epochs=1000))
while store.run(run.id).step < 50:
    time.sleep(0.01)
# A process started in the background inherits that SIGINT is ignored; a server in front has it.
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.argv[2] == "TERM":  # as a server does: its loop ends and the main thread returns
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(run.id, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["INT", "TERM"])
def test_a_signal_ends_the_process_with_its_runs_stored(tmp_path: Path, name: str) -> None:
    path = tmp_path / "runs.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", ENDING, str(path), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert process.stdout is not None
    run_id = process.stdout.readline().strip()
    process.send_signal(getattr(__import__("signal"), f"SIG{name}"))
    _, said = process.communicate(timeout=20)
    assert "terminate called" not in said
    assert "Fatal" not in said
    assert process.returncode in (0, 1, 130, -2)
    with Store(path) as store:
        assert [run.status for run in store.runs()] == ["interrupted", "interrupted"]
        checkpoint = store.checkpoint(run_id)
        assert checkpoint is not None
        assert checkpoint.step == store.run(run_id).step  # not a step was lost
