"""The tables of the store, and the migrations from older versions.

`PRAGMA user_version` is the number of migrations applied to a file. To change the tables, append to
`MIGRATIONS`, never edit an old entry. Each migration is one transaction, so a process that is
killed during it leaves the older version intact.
"""

from __future__ import annotations

import sqlite3
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

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST, _CHECKSUMS)
NEWEST: Final = len(MIGRATIONS)


def version(connection: sqlite3.Connection) -> int:
    """Return the number of migrations applied to the file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the missing migrations, one transaction each.

    Args:
        connection: in autocommit mode, without another writer.
    """
    connection.create_function("checksum", -1, checksum, deterministic=True)
    for number in range(version(connection), NEWEST):
        # executescript runs the statements in the transaction opened by the script itself.
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
