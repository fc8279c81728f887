"""A store that is copied into PostgreSQL is there as it was, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from softmax_core.__main__ import main
from softmax_core.classroom import Ballot, ClassQuestion, Classroom
from softmax_core.data import Dataset
from softmax_core.errors import RunDamaged, RunNotFound, StoreDamaged, StoreError, StoreLocked
from softmax_core.runs import Store, ThreadRunner, moving
from softmax_core.runs.holder import Holder
from softmax_core.runs.moving import moved

from .conftest import race
from .reference import stored
from .test_blocks import records
from .test_store import checkpoint, epoch


@pytest.fixture
def file(tmp_path: Path, dataset: Dataset) -> Path:
    """A store with a group of runs, a fork, a changed rate, a class and a run that was cleared."""
    path = tmp_path / "runs.sqlite"
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        made, _left = runner.repeat(race(), [1, 2], owner="somebody")
        for run in made:
            runner.wait(run.id)
        runner.fork(made[0].id, 25, learning_rates=[0.01, 0.02])
        runner.wait(store.runs()[0].id)
        runner.close()
        store.rename(made[0].id, "教室")
        store.pin(made[1].id)
        store.show(made[1].id)
        store._clear("SELECT id, name FROM runs WHERE id = ?", store.create(race(), 60).id)
        under_way = store.create(race(), 60).id
        store.append(under_way, records(3), [epoch(1)], checkpoint(3))
        store.set_status(under_way, "paused")
        room = Classroom(store)
        room.open()
        room.ask(ClassQuestion("choice", "Which?", ("a", "b"), right=0))
        room.record([Ballot(1, "v", "0", 1), Ballot(1, "w", "1", 1)])
        room.join("v", name="Ann")
    return path


def test_a_moved_store_is_what_it_was(file: Path, database: str) -> None:
    done = moved(file, database)
    assert done.damaged == ()
    assert done.rows["runs"] == 4
    assert min(done.rows[table] for table in ("blocks", "weights", "forks", "votes", "cleared")) > 0
    with Store(file) as old, Store(database) as new:
        assert new.runs() == old.runs()
        assert new.heads() == old.heads()
        assert new.cleared() == old.cleared()
        assert new.shown() == old.shown()
        assert [run.status for run in new.runs()] == ["interrupted", *3 * ["finished"]]
        for run in old.runs():
            assert stored(new, run.id) == stored(old, run.id)
            assert new.forks(run.id) == old.forks(run.id)
            assert new.steering(run.id) == old.steering(run.id)
        before, after = Classroom(old), Classroom(new)
        assert (after.current, after.rounds) == (before.current, before.rounds)
        assert (after.votes(1), after.learners()) == (before.votes(1), before.learners())
        latest = new.create(race(), 60).id  # its number comes after those that were copied
        assert new.runs()[0].id == latest
        with new.database.reading() as connection:
            assert connection.execute("SELECT number FROM runs WHERE id = ?", (latest,)).fetchone()
        new._clear("SELECT id, name FROM runs WHERE id = ?", latest)
        assert new.cleared()[0].run_id == latest


def test_a_store_in_use_and_a_database_in_use_are_left_alone(file: Path, database: str) -> None:
    holder = Holder(file)
    with pytest.raises(StoreLocked):
        moved(file, database)
    holder.release()
    with Store(database) as other:
        theirs = other.create(race(), 60).id
    with pytest.raises(StoreError, match="not empty"):
        moved(file, database)
    with Store(database) as other:
        assert [run.id for run in other.runs()] == [theirs]
    with pytest.raises(StoreError, match="no store"):
        moved(file.with_name("other.sqlite"), database)
    assert not file.with_name("other.sqlite").exists()


def test_a_copy_that_is_not_the_same_is_not_kept(
    file: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = moving._Copy.rows

    def altered(self: moving._Copy, table: str, key: str = "", owner: str = "") -> None:
        if table == "epochs":
            self._target.execute(
                "CREATE RULE other AS ON INSERT TO epochs DO ALSO"
                " UPDATE epochs SET record = record || ' '"
            ) if not self.counts["epochs"] else None
        replace(self, table, key, owner)

    monkeypatch.setattr(moving._Copy, "rows", altered)
    with pytest.raises(StoreDamaged, match="not those that were copied"):
        moved(file, database)
    with Store(database) as new:
        assert new.runs() == []


def test_what_the_disk_has_changed_is_left_out_and_named(file: Path, database: str) -> None:
    with Store(file) as store:
        first, second, *_others = (run.id for run in store.runs())
    with closing(sqlite3.connect(file)) as disk:
        disk.execute("UPDATE runs SET owner = 'me' WHERE id = ?", (first,))
        disk.execute("UPDATE epochs SET record = '{}' WHERE run = ? AND epoch = 2", (second,))
        disk.commit()
    done = moved(file, database)
    assert done.damaged == (("runs", first), ("epochs", second))
    with Store(database) as new:
        with pytest.raises(RunNotFound):
            new.run(first)
        with pytest.raises(RunDamaged):
            new.epochs(second)
        assert len(new.steps(second))


def test_the_command_says_what_it_copied(
    file: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["move-store", "--file", str(file)]) == 1
    assert "SOFTMAX_STORE names no database" in capsys.readouterr().err
    monkeypatch.setenv("SOFTMAX_STORE", database)
    (sets := file.parent / "sets").mkdir()
    (sets / "damaged.json").write_text("{dam")
    assert main(["move-store", "--file", str(file)]) == 0
    said = capsys.readouterr().out
    assert "the data set of damaged.json" in said
    assert "runs                  4\n" in said
    assert "each row was read again" in said
    assert main(["move-store", "--file", str(file)]) == 1
    assert "is not empty" in capsys.readouterr().err


def test_a_move_whose_data_sets_fail_can_be_made_again(file: Path, database: str) -> None:
    def fail(_database: object) -> None:
        raise StoreError(database, "no room")

    with pytest.raises(StoreError, match="no room"):
        moved(file, database, fail)
    assert moved(file, database).rows["runs"] == 4
