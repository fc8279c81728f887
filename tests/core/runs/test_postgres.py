"""A store in a real PostgreSQL server: who may not use it is told why, and nobody writes twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import psycopg
import pytest

from softmax_core import runs
from softmax_core.__main__ import main
from softmax_core.errors import (
    DiskFull,
    RunTaken,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreNotWritable,
    StoreTooNew,
    StoreUnreachable,
)
from softmax_core.runs import Store, postgres, postgres_schema, schema
from tests.postgres import PostgresServer

from .conftest import race
from .test_blocks import records
from .test_store import checkpoint

PASSWORD = "correct horse"
# What only workers need.
CLUSTER = {
    "runs": {"claim", "worker", "seen", "wanted", "until_step", "speed", "ordered", "obeyed"},
    "workers": {"name", "slots", "processor", "seen"},
    "rates_wanted": {"run", "number", "variant", "rate"},
    "store_version": {"version"},
    "sets": {"digest", "size", "told", "change"},
    "set_pieces": {"digest", "number", "content"},
    "settings": {"name", "value"},
}


@pytest.fixture(scope="module")
def own() -> Iterator[PostgresServer]:
    """A server with a password and few connections, which is stopped and started."""
    with PostgresServer(["max_connections=12"], PASSWORD) as server:
        yield server


def run_in(url: str, query: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(query)


def refused(url: str) -> StoreUnreachable:
    with pytest.raises(StoreUnreachable) as found:
        Store(url)
    assert "horse" not in str(found.value) + str(found.value.__cause__)
    return found.value


# -- who is not let in ---------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_told(own: PostgresServer) -> None:
    name = f"softmax on 127.0.0.1:{own.port + 1}"
    found = refused(f"postgresql://me:correct%20horse@127.0.0.1:{own.port + 1}/softmax")
    assert (found.problem, found.path) == ("gone", name)
    assert str(found).startswith(f"{name} does not answer (connection failed: ")
    assert "Connection refused" in str(found)


@pytest.mark.parametrize(
    ("user", "password", "name", "problem"),
    [
        ("softmax", "wrong", "postgres", "password"),
        ("nobody", "wrong", "postgres", "password"),
        ("softmax", None, "nothing", "no_database"),
    ],
)
def test_a_wrong_user_password_or_name_is_told(
    own: PostgresServer, user: str, password: str | None, name: str, problem: str
) -> None:
    found = refused(own.url(name, user, password))
    assert found.problem == problem
    assert (f'"{user}"' in str(found)) == (problem == "password")


def test_a_user_without_rights_and_one_without_connections_are_told(own: PostgresServer) -> None:
    url = own.new_database()
    name = url.rpartition("/")[2]
    own.run("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    run_in(url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    assert refused(own.url(name, "guest", "guest")).problem == "rights"
    own.run("ALTER ROLE guest CONNECTION LIMIT 0")
    assert refused(own.url(name, "guest", "guest")).problem == "full"


def test_a_server_that_is_too_old_or_keeps_no_unicode_is_told(
    own: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = refused(own.new_database("ENCODING 'SQL_ASCII' TEMPLATE template0"))
    assert (other.problem, other.value) == ("encoding", "SQL_ASCII")
    monkeypatch.setattr(postgres, "OLDEST", 99)  # none that is too old is here
    old = refused(own.url())
    assert old.problem == "too_old"
    assert re.search(r"is PostgreSQL \d+, and 99 or newer is needed", str(old))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me@db/runs",
        "postgresql://me@db:port/runs",
        "postgresql://db/x?nonsense=1",
        # A sign in a password that is not written with a percent sign divides it.
        "postgresql://me:correct@horse@127.0.0.1/runs",
        "postgresql://me:1234/horse@127.0.0.1/runs",
    ],
)
def test_what_is_no_address_of_postgres_is_told(url: str) -> None:
    found = refused(url)
    assert found.problem == "address"
    assert "postgresql://user:password@host:port/name" in str(found)
    assert "in a password as %40" in str(found)


@pytest.mark.parametrize("command", ["work", "move-store"])
def test_a_file_in_softmax_store_is_no_database(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SOFTMAX_STORE", str(tmp_path / "other.sqlite"))
    assert main([command]) == 1
    assert "SOFTMAX_STORE names no database" in capsys.readouterr().err
    assert not list(tmp_path.glob("other*"))


def test_without_its_packages_a_sentence_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "softmax_core.runs.postgres")
    monkeypatch.delattr(runs, "postgres")
    found = refused("postgresql://me@db/runs")
    assert found.problem == "not_installed"
    assert 'pip install "softmax-explorer[cluster]"' in str(found)


def test_tables_of_another_program_or_of_a_newer_one_are_left_alone(database: str) -> None:
    run_in(database, "CREATE TABLE runs (miles INTEGER)")
    with pytest.raises(StoreDamaged, match="tables of some other program"):
        Store(database)
    run_in(database, "DROP TABLE runs")
    Store(database).close()
    run_in(database, "UPDATE store_version SET version = 99")
    with pytest.raises(StoreTooNew, match="has version 99"):
        Store(database)


def test_a_server_that_only_reads_is_told(database: str) -> None:
    with Store(database) as store:
        run = store.create(race(), 60).id
    name = database.rpartition("/")[2]
    run_in(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store(database) as store:
        assert store.run(run).status == "queued"
        with pytest.raises(StoreNotWritable, match="only reads"):
            store.rename(run, "other")


# -- a server that goes away ---------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_restart_of_the_server_costs_a_store_nothing_that_was_durable(
    own: PostgresServer, how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "BUSY_SECONDS", 0.3)
    with Store(own.new_database()) as store:
        run = store.create(race(), 60).id
        store.append(run, records(4))
        readers = [threading.Thread(target=store.steps, args=(run,)) for _ in range(8)]
        for reader in readers:  # so that several connections are open
            reader.start()
        for reader in readers:
            reader.join()
        own.restart(how)
        store.append(run, records(4, first=5))  # all connections are broken, and it knows of none
        own.stop(how)
        for _ in range(2):
            with pytest.raises(StoreUnreachable) as gone:
                store.steps(run)
            assert gone.value.problem == "gone"
        later = threading.Timer(1.0, own.start)
        later.start()
        monkeypatch.setattr(postgres, "BUSY_SECONDS", 20.0)
        store.database._answers = True  # type: ignore[attr-defined]  # as before the server went
        store.append(run, records(4, first=9))
        later.join()
        assert store.steps(run).step.tolist() == list(range(1, 13))


def test_a_connection_that_breaks_in_a_transaction_writes_nothing(own: PostgresServer) -> None:
    with Store(own.new_database()) as store:
        run = store.create(race(), 60).id

        def break_off() -> None:
            with store.database.writing() as connection:
                connection.execute("UPDATE runs SET name = 'half' WHERE id = ?", (run,))
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(StoreUnreachable) as broken:
            break_off()
        assert broken.value.problem == "gone"
        assert store.run(run).name == ""


def test_a_process_that_stands_still_in_a_transaction_loses_the_run(database: str) -> None:
    with Store(database) as hung, Store(database) as other:
        run = other.create(race(), 60).id

        def write_late() -> None:
            with hung.database.writing() as connection:
                connection.execute("UPDATE runs SET name = 'late' WHERE id = ?", (run,))
                other.rename(run, "in time")  # waits for the row, and gets it
                connection.execute("UPDATE runs SET note = 'late' WHERE id = ?", (run,))

        with pytest.raises(StoreUnreachable):
            write_late()
        assert (other.run(run).name, other.run(run).note) == ("in time", "")


def test_one_who_reads_and_has_to_wait_for_the_processor_reads_on(database: str) -> None:
    with Store(database) as store:
        run = store.create(race(), 60).id
        with store.database.reading() as connection:
            query = "SELECT name FROM runs WHERE id = ?"
            before = connection.execute(query, (run,)).fetchone()
            sleep(2.5)  # longer than one who writes may stand still
            assert connection.execute(query, (run,)).fetchone() == before


def test_a_lock_that_is_held_too_long_is_told(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_SESSION", "SET lock_timeout = '100ms'")
    with Store(database) as one, Store(database) as other:
        run = one.create(race(), 60).id
        with one.database.writing() as connection:
            connection.execute("UPDATE runs SET name = 'mine' WHERE id = ?", (run,))
            with pytest.raises(StoreLocked):
                other.rename(run, "other")


def test_a_full_disk_is_told_and_harms_nothing() -> None:
    if os.geteuid():
        pytest.skip("only root can mount a small disk")
    with PostgresServer(["autovacuum=off"]) as server:  # which would find room again
        small = server.folder / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0777", "tmpfs", str(small)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip("no disk can be mounted here")
        try:
            inside = small / "space"
            inside.mkdir()
            inside.chmod(0o777)
            subprocess.run(["chown", "nobody", str(inside)], check=True)
            server.run(f"CREATE TABLESPACE small LOCATION '{inside}'")
            with Store(server.new_database("TABLESPACE small")) as store:
                run = store.create(race(), 60).id

                def fill() -> None:
                    for step in range(1, 400):
                        store.append(run, records(1, first=step), checkpoint=checkpoint(step))

                with pytest.raises(DiskFull, match="takes no more"):
                    fill()
                before = store.run(run).step
                assert len(store.steps(run)) == before
                saved = store.checkpoint(run)
                assert saved is not None
                assert saved.to_bytes() == checkpoint(before).to_bytes()
            server.stop()
        finally:
            subprocess.run(["umount", "-l", str(small)], check=True)


# -- what is written -----------------------------------------------------------------------------


@pytest.mark.parametrize(("durable", "synchronous"), [(True, "on"), (False, "off")])
def test_what_has_to_outlive_a_power_cut_waits_for_the_disk(
    database: str, durable: bool, synchronous: str
) -> None:
    with Store(database) as store, store.database.writing(durable=durable) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (synchronous,)


def test_who_lost_a_run_can_write_nothing_more(database: str) -> None:
    with Store(database) as store:
        run = store.create(race(), 60).id
        run_in(database, "UPDATE runs SET claim = 2")
        store.append(run, records(4), claim=2)
        for write in (
            lambda: store.append(run, records(4, first=5), checkpoint=checkpoint(8), claim=1),
            lambda: store.set_status(run, "failed", "late", claim=1),
            lambda: store.set_total_steps(run, 7, claim=1),
        ):
            with pytest.raises(RunTaken) as taken:
                write()
            assert taken.value.run_id == run
        assert store.steps(run).step.tolist() == [1, 2, 3, 4]
        assert store.checkpoint(run) is None
        assert (store.run(run).status, store.run(run).total_steps) == ("queued", 60)


def test_a_text_with_a_nul_is_refused_and_a_reason_keeps_its_words(database: str) -> None:
    with Store(database) as store:
        run = store.create(race(), 60).id
        with pytest.raises(StoreError, match="NUL"), store.database.writing() as connection:
            connection.execute("UPDATE runs SET name = ? WHERE id = ?", ("a\0b", run))
        store.set_status(run, "failed", "bytes 0\0 1")
        assert store.run(run).error == "bytes 0\N{REPLACEMENT CHARACTER} 1"


def test_two_replicas_that_clear_at_once_clear_each_run_once(database: str) -> None:
    with Store(database) as one, Store(database) as other:
        for _ in range(12):
            run = one.create(race(), 60).id
            one.append(run, records(500))
            one.set_status(run, "finished")
        one.max_bytes = other.max_bytes = one.used_bytes() // 2
        clearing = [threading.Thread(target=store.keep_bounded) for store in (one, other)]
        for thread in clearing:
            thread.start()
        for thread in clearing:
            thread.join()
        gone = [cleared.run_id for cleared in one.cleared()]
        assert len(gone) == len(set(gone)) == 12 - len(one.runs())
        assert 5 <= len(one.runs()) <= 6


# -- the tables ----------------------------------------------------------------------------------


def test_replicas_that_start_together_make_the_tables_once(database: str) -> None:
    problems: list[BaseException] = []
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        try:
            Store(database).close()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with psycopg.connect(database) as connection:
        assert postgres_schema.version(connection) == schema.NEWEST


def test_both_databases_have_the_same_tables_and_columns(database: str, tmp_path: Path) -> None:
    with Store(database) as store, store.database.reading() as connection:
        there: dict[str, set[str]] = {}
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        ):
            there.setdefault(table, set()).add(column)
    with Store(tmp_path / "runs.sqlite") as store, store.database.reading() as connection:
        here = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        }
    assert {table: here.get(table, set()) | CLUSTER.get(table, set()) for table in there} == there
    assert here.keys() <= there.keys()
    assert max(postgres_schema.MIGRATIONS) == schema.NEWEST
