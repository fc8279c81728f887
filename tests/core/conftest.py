"""Where a store lies: what holds of one must hold in a file and in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from softmax_core.runs import Store
from tests.postgres import PostgresServer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a `place` in both, but for those that are marked as about a `file`."""
    marked = metafunc.definition.get_closest_marker
    # A ThreadRunner trains in the process that holds the file's lock.
    file = marked("file") or ("make_runner" in metafunc.fixturenames and not marked("runners"))
    if "place" in metafunc.fixturenames and not file:
        metafunc.parametrize("place", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def shared_database(postgres: PostgresServer) -> str:
    """The address of a database that several tests use, one after the other."""
    return postgres.new_database()


@pytest.fixture
def emptied(shared_database: str) -> str:
    """The address of a database with empty tables; quicker than making one."""
    Store(shared_database).close()
    with psycopg.connect(shared_database) as connection:
        if connection.execute("SELECT FROM pg_class WHERE relname = 'procrastinate_jobs'").rowcount:
            connection.execute("DELETE FROM procrastinate_jobs")
        # The others' rows go with these.
        for table in ("runs", "classes", "cleared", "workers", "sets", "settings"):
            connection.execute(f"DELETE FROM {table}")
    return shared_database


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a store may be made: a file that is not there, or a database with nothing in it."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return tmp_path / "runs.sqlite"
    return str(request.getfixturevalue("emptied"))


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    with Store(place) as opened:
        yield opened
