"""The store's tables, and how an older store becomes a newer one.

`PRAGMA user_version` counts the migrations that a file has been through. A change to the tables
is a new entry at the end of `MIGRATIONS`, never an edit of an old one; each runs in one
transaction, so a process that is killed half-way leaves the older version whole.
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

# checksum() is softmax_core.runs.rows.checksum. What an older store holds is taken to be sound.
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
    """Return how many migrations the file has been through; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest version, one transaction a migration.

    Args:
        connection: in autocommit mode, with nobody else writing.
    """
    connection.create_function("checksum", -1, checksum, deterministic=True)
    for number in range(version(connection), NEWEST):
        # executescript runs statement by statement inside the transaction that the text opens.
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
