"""The tables of the store, and the migrations from older versions.

`PRAGMA user_version` is the number of migrations applied to a file. To change the tables, append to
`MIGRATIONS`, never edit an old entry. Each migration is one transaction, so a process that is
killed during it leaves the older version intact.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Final

from softmax_core.runs.rows import checksum

_FIRST = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    experiment TEXT NOT NULL,
    status TEXT NOT NULL,
    created TEXT NOT NULL,
    started TEXT,
    ended TEXT,
    step INTEGER NOT NULL DEFAULT 0,
    total_steps INTEGER NOT NULL,
    error TEXT,
    name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    steering TEXT NOT NULL DEFAULT '',
    deleted TEXT
);
CREATE TABLE blocks (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    last_step INTEGER NOT NULL,
    first_step INTEGER NOT NULL,
    seconds_before REAL NOT NULL,
    seconds_after REAL NOT NULL,
    epochs BLOB NOT NULL,
    figures BLOB NOT NULL,
    PRIMARY KEY (run, last_step)
);
CREATE TABLE epochs (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, epoch)
);
CREATE TABLE weights (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    parameters BLOB NOT NULL,
    PRIMARY KEY (run, epoch)
);
CREATE TABLE checkpoints (
    run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    state BLOB NOT NULL
);
CREATE TABLE rate_changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    learning_rate REAL NOT NULL
);
CREATE INDEX rate_changes_of_run ON rate_changes(run);
CREATE TABLE cleared (
    run TEXT NOT NULL,
    name TEXT NOT NULL,
    "when" TEXT NOT NULL
);
"""

# checksum() is softmax_core.runs.rows.checksum. The data of an older store are assumed correct.
_CHECKSUMS = """
ALTER TABLE runs ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE blocks ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE epochs ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE weights ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checkpoints ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rate_changes ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET checksum = checksum(id, experiment, created, owner);
UPDATE blocks SET checksum =
    checksum(run, first_step, last_step, seconds_before, seconds_after, epochs, figures);
UPDATE epochs SET checksum = checksum(run, epoch, record);
UPDATE weights SET checksum = checksum(run, epoch, parameters);
UPDATE checkpoints SET checksum = checksum(run, step, state);
UPDATE rate_changes SET checksum = checksum(run, step, variant, learning_rate);
"""

# Also after a salvage. best_accuracy() is defined below.
MEASURE: Final = """
UPDATE runs SET
    bytes = length(experiment)
        + (
            SELECT coalesce(sum(length(epochs) + length(figures)), 0)
            FROM blocks WHERE run = runs.id
        )
        + (SELECT coalesce(sum(length(record)), 0) FROM epochs WHERE run = runs.id)
        + (SELECT coalesce(sum(length(parameters)), 0) FROM weights WHERE run = runs.id)
        + (SELECT coalesce(sum(length(state)), 0) FROM checkpoints WHERE run = runs.id),
    best = best_accuracy(
        (SELECT record FROM epochs WHERE run = runs.id ORDER BY epoch DESC LIMIT 1)
    );
"""

# What a run takes, for a fair clearing; and all that a list of many runs is searched for.
_MEASURED = f"""
ALTER TABLE runs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN best REAL;
{MEASURE}
CREATE INDEX runs_listed ON runs(deleted, created, id, name, note, status, pinned, best);
CREATE INDEX runs_of_owner ON runs(owner, bytes);
"""

# What a run is trained on: a `Description` as JSON, with the digest; NULL for Fashion-MNIST, as in
# all runs of before. The run's checksum is over it too where it is there.
_DATA = "ALTER TABLE runs ADD COLUMN data TEXT;"

# Which runs went on from a step of another, and which were started as one group. `experiment` is
# what was trained up to the step, so that those steps can be made again when the parent is gone.
_RELATED = """
CREATE TABLE forks (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    parent TEXT NOT NULL,
    experiment TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (run, step)
);
CREATE TABLE members (
    run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
    group_id TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
"""

# What the teacher of a shared server shows to everybody there.
_SHOWN = "CREATE TABLE shown (run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE);"

# A class, the rounds in which it is asked, its votes, and how far each learner is. A voter is a
# digest of a browser's key; a time that has not come is "".
_CLASSES = """
CREATE TABLE classes (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    opened TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE rounds (
    class_id TEXT NOT NULL REFERENCES classes(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    series INTEGER NOT NULL,
    question TEXT NOT NULL,
    opened TEXT NOT NULL,
    closed TEXT NOT NULL,
    solved TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (class_id, number)
);
CREATE TABLE votes (
    class_id TEXT NOT NULL REFERENCES classes(id) ON DELETE CASCADE,
    round INTEGER NOT NULL,
    voter TEXT NOT NULL,
    answer TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    received TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (class_id, round, voter)
);
CREATE TABLE learners (
    class_id TEXT NOT NULL REFERENCES classes(id) ON DELETE CASCADE,
    voter TEXT NOT NULL,
    name TEXT NOT NULL,
    section TEXT NOT NULL,
    answered INTEGER NOT NULL,
    right_answers INTEGER NOT NULL,
    joined TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (class_id, voter)
);
"""

# `number` tells which of two runs of the same millisecond is the later one, also where there are no
# rowids; the newest first is then read from the index alone. What runs were cleared has one, too.
# `stretches` says on what kind of processor steps were made: another kind may round otherwise.
_NUMBERED = """
ALTER TABLE runs ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET number = rowid;
CREATE TRIGGER runs_numbered AFTER INSERT ON runs WHEN NEW.number = 0
    BEGIN UPDATE runs SET number = NEW.rowid WHERE rowid = NEW.rowid; END;
DROP INDEX runs_listed;
CREATE INDEX runs_listed
    ON runs(deleted, created, number, id, name, note, status, pinned, best);
ALTER TABLE cleared RENAME TO cleared_before;
CREATE TABLE cleared (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    name TEXT NOT NULL,
    "when" TEXT NOT NULL
);
INSERT INTO cleared (run, name, "when")
    SELECT run, name, "when" FROM cleared_before ORDER BY rowid;
DROP TABLE cleared_before;
CREATE TABLE stretches (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    first_step INTEGER NOT NULL,
    processor TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (run, first_step)
);
"""

MIGRATIONS: Final[tuple[str, ...]] = (
    _FIRST,
    _CHECKSUMS,
    _MEASURED,
    _DATA,
    _RELATED,
    _SHOWN,
    _CLASSES,
    _NUMBERED,
)
NEWEST: Final = len(MIGRATIONS)


def best_accuracy(record: str | None) -> float | None:
    """Return the best variant's test accuracy in the record of an epoch, as the store keeps it.

    Example:
        >>> best_accuracy('{"test_accuracy": [0.8, 0.82]}')
        0.82
    """
    try:
        return None if record is None else max(json.loads(record)["test_accuracy"])
    except (ValueError, KeyError, TypeError):  # damaged, which its checksum says where it is read
        return None


def version(connection: sqlite3.Connection) -> int:
    """Return the number of migrations applied to the file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def define_functions(connection: sqlite3.Connection) -> None:
    """Let the SQL above call what it needs of Python."""
    connection.create_function("checksum", -1, checksum, deterministic=True)
    connection.create_function("best_accuracy", 1, best_accuracy, deterministic=True)


def migrate(connection: sqlite3.Connection, until: int = NEWEST) -> None:
    """Apply the missing migrations, one transaction each.

    Args:
        connection: in autocommit mode, without another writer.
        until: the version to end with.
    """
    define_functions(connection)
    for number in range(version(connection), until):
        # executescript runs the statements in the transaction opened by the script itself.
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )


def has_its_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether a store's tables are those of its version, which is at most `NEWEST`.

    Where they are not, no migration fits, although SQLite finds nothing wrong with the file.
    """
    found = _columns(connection)
    wanted, newest = (_columns_at(number) for number in (version(connection), NEWEST))
    return {table: found[table] for table in found if table in {*wanted, *newest}} == wanted


def _columns_at(number: int) -> dict[bytes, list[bytes]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, until=number)
        return _columns(made)


def _columns(connection: sqlite3.Connection) -> dict[bytes, list[bytes]]:
    """Return the columns of each table but for SQLite's own."""
    found: dict[bytes, list[bytes]] = {}
    for table, column in connection.execute(
        "SELECT CAST(tables.name AS BLOB), CAST(columns.name AS BLOB) "  # damaged, it is no text
        "FROM sqlite_master AS tables "
        "JOIN pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY tables.name, columns.cid"
    ):
        found.setdefault(table, []).append(column)
    return found
