"""The rows in which a store keeps a run, each with a checksum of what was written.

A database notices a file whose pages no longer hang together, not a bit that the disk has changed
inside a record. So every row carries a CRC-32 of its values; a row that no longer fits its own is
never handed out.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from softmax_core.errors import RunDamaged, RunNotFound, RunTaken
from softmax_core.runs.database import Connection, Cursor, Value

Table = Literal[
    "blocks",
    "epochs",
    "weights",
    "checkpoints",
    "rate_changes",
    "forks",
    "members",
    "stretches",
    "classes",
    "rounds",
    "votes",
    "learners",
]

COLUMNS: Final[dict[Table, tuple[str, ...]]] = {
    "blocks": (
        "run",
        "first_step",
        "last_step",
        "seconds_before",
        "seconds_after",
        "epochs",
        "figures",
    ),
    "epochs": ("run", "epoch", "record"),
    "weights": ("run", "epoch", "parameters"),
    "checkpoints": ("run", "step", "state"),
    "rate_changes": ("run", "step", "variant", "learning_rate"),
    "forks": ("run", "step", "parent", "experiment"),
    "members": ("run", "group_id"),
    "stretches": ("run", "first_step", "processor"),
    "classes": ("id", "code", "opened"),
    "rounds": ("class_id", "number", "series", "question", "opened", "closed", "solved"),
    "votes": ("class_id", "round", "voter", "answer", "sequence", "received"),
    "learners": (
        "class_id",
        "voter",
        "name",
        "section",
        "answered",
        "right_answers",
        "joined",
    ),
}

_KEYS: Final[dict[Table, tuple[str, ...]]] = {
    "blocks": ("run", "last_step"),
    "epochs": ("run", "epoch"),
    "weights": ("run", "epoch"),
    "checkpoints": ("run",),
    "rate_changes": (),
    "forks": ("run", "step"),
    "members": ("run",),
    "stretches": ("run", "first_step"),
    "classes": ("id",),
    "rounds": ("class_id", "number"),
    "votes": ("class_id", "round", "voter"),
    "learners": ("class_id", "voter"),
}
_LENGTHS: Final[dict[Table, str]] = {
    "blocks": "length(epochs) + length(figures)",
    "epochs": "length(record)",
    "weights": "length(parameters)",
    "checkpoints": "length(state)",
}


def checksum(*values: Value) -> int:
    """Compute the CRC-32 of a sequence of values.

    Args:
        values: as the database stores them; integers count as floats.

    Returns:
        The checksum.

    Example:
        >>> checksum("run", 94, b"state") == checksum("run", 94.0, b"state")
        True
        >>> checksum("run", 94, b"state") == checksum("run", 94, b"stats")
        False
        >>> checksum("ab", "c") == checksum("a", "bc")
        False
    """
    total = 0
    for value in values:
        if isinstance(value, str):
            value = value.encode()
        if isinstance(value, bytes):
            # With its length, so that a byte moved from one value to the next is noticed.
            total = zlib.crc32(value, zlib.crc32(struct.pack("<q", len(value)), total))
        else:
            total = zlib.crc32(struct.pack("<d", value), total)
    return total


def fence(claim: int | None) -> str:
    """Return what a query's condition ends with, so that it finds only a run with this claim."""
    return "" if claim is None else " AND claim = ?"


def given(claim: int | None) -> tuple[int, ...]:
    """Return the value for the `fence`."""
    return () if claim is None else (claim,)


def refuse_taken(where: Path | str, run_id: str, claim: int | None, changed: Cursor) -> None:
    """Raise `RunTaken` where a query with a `fence` has changed nothing."""
    if claim is not None and changed.rowcount == 0:
        raise RunTaken(
            where,
            f"Another worker trains run {run_id}, or the database has lost its newest steps; this "
            "one can write nothing more.",
            run_id,
        )


def write(
    connection: Connection, table: Table, rows: Sequence[Sequence[Value]], *, new: bool = False
) -> int:
    """Insert rows, or replace those with the same key.

    Args:
        connection: inside a transaction.
        table: the table.
        rows: values in the order of `COLUMNS`.
        new: that none with the same key is there.

    Returns:
        The bytes by which the run has grown; 0 for the small tables, which have no `_LENGTHS`.
    """
    columns = COLUMNS[table]
    grown = 0
    for row in rows:
        if table in _LENGTHS:
            given = dict(zip(columns, row, strict=True))
            grown += sum(len(value) for value in row[1:] if isinstance(value, str | bytes))
            if not new:
                grown -= _length(connection, table, [given[key] for key in _KEYS[table]])
    connection.replace(
        table, (*columns, "checksum"), _KEYS[table], ((*row, checksum(*row)) for row in rows)
    )
    return grown


def remove(connection: Connection, table: Table, key: Sequence[Value]) -> int:
    """Delete a row, if it is there.

    Args:
        connection: inside a transaction.
        table: one of those with `_LENGTHS`.
        key: the run, and the last step of a block or the epoch.

    Returns:
        The bytes by which the run has grown: not more than 0.
    """
    shrunk = _length(connection, table, key)
    connection.execute(f"DELETE FROM {table} WHERE {_where(table)}", key)  # noqa: S608 - ours
    return -shrunk


def _length(connection: Connection, table: Table, key: Sequence[Value]) -> int:
    found = connection.execute(
        f"SELECT {_LENGTHS[table]} FROM {table} WHERE {_where(table)}",  # noqa: S608 - ours
        key,
    ).fetchone()
    return int(found[0]) if found else 0


def _where(table: Table) -> str:
    return " AND ".join(f"{key} = ?" for key in _KEYS[table])


def read(
    connection: Connection,
    table: Table,
    run_id: str,
    condition: str = "",
    given: Sequence[object] = (),
) -> Iterator[tuple[Any, ...]]:
    """Read rows of a run, without its id, in the order of `COLUMNS`.

    Args:
        connection: inside a transaction.
        table: the table.
        run_id: the run.
        condition: what follows `WHERE run = ?`, in SQL.
        given: the condition's values.

    Raises:
        RunDamaged: a row differs from what was written.
    """
    found = connection.execute(
        f"SELECT {', '.join(COLUMNS[table])}, checksum FROM {table}"  # noqa: S608 - ours
        f" WHERE run = ? {condition}",
        (run_id, *given),
    )
    for *values, written in found:
        if checksum(*values) != written:
            raise RunDamaged(run_id, table)
        yield tuple(values[1:])


def read_overlapping(
    connection: Connection, run_id: str, first: int, last: int
) -> list[tuple[Any, ...]]:
    """Read the blocks with some of these steps, as `read` does, in one query with the run.

    Args:
        connection: inside a transaction.
        run_id: the run.
        first: the first step.
        last: the last one.

    Raises:
        RunNotFound: there is no such run.
        RunDamaged: a row differs from what was written.
    """
    columns = ", ".join(f"blocks.{name}" for name in (*COLUMNS["blocks"], "checksum"))
    found = connection.execute(
        f"SELECT {columns} FROM runs LEFT JOIN blocks"  # noqa: S608 - ours
        " ON blocks.run = runs.id AND last_step >= ? AND first_step <= ? WHERE runs.id = ?",
        (first, last, run_id),
    ).fetchall()
    if not found:
        raise RunNotFound(run_id)
    if found[0][0] is None:  # the run alone
        return []
    if any(checksum(*values) != written for *values, written in found):
        raise RunDamaged(run_id, "blocks")
    return [tuple(row[1:-1]) for row in found]
