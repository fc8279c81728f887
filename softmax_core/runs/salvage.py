"""What can still be read of a damaged store becomes a new one; the damaged file stays as it is.

Where only indexes are damaged they are made anew. Else the rows are taken one by one, each by its
checksum: a row that is not what was written stays behind.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

from softmax_core.runs import schema
from softmax_core.runs.pages import Pages, Value
from softmax_core.runs.private import make_database, make_file
from softmax_core.runs.rows import COLUMNS, Table, checksum
from softmax_core.runs.run import Status

Kind = Literal["indexes", "rows", "empty"]
Row = dict[str, Any]
Placed = tuple[int, int, int]  # a block's rowid, first step and last step

_SETTINGS: Final = ("id", "experiment", "created", "owner")
_OF_A_CLASS: Final[tuple[Table, ...]] = ("classes", "rounds", "votes", "learners")
_OF_A_RUN: Final[tuple[Table, ...]] = (
    "blocks",
    "epochs",
    "weights",
    "checkpoints",
    "rate_changes",
    "forks",
    "members",
    "stretches",
)


@dataclass(frozen=True, slots=True)
class Salvage:
    """What became of a damaged store.

    Attributes:
        kind: "indexes" if nothing else was damaged, "rows" if the rows were taken one by one,
            "empty" if that was so and there was nothing in the file.
        whole: number of runs of which nothing is missing.
        partly: names or ids of the runs of which something is missing.
        lost: ids of the runs of which only records were left, without their settings.
    """

    kind: Kind
    whole: int
    partly: tuple[str, ...]
    lost: tuple[str, ...]


def rebuilt(path: Path) -> tuple[Kind, Path, tuple[str, ...]]:
    """Make a new store, beside a damaged one, of what can be read of it.

    Args:
        path: the damaged file, which is only read.

    Returns:
        What was done, the new file, and the ids of the runs whose settings are lost.

    Raises:
        OSError: the folder cannot be written, or its disk is full.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        if _reindexed(path, make_database(new)):
            return "indexes", new, ()
        if not path.exists():  # there is a WAL alone
            make_file(path)
        kind: Kind = "rows" if path.stat().st_size else "empty"
        return kind, new, _copied(path, make_database(new))
    except (OSError, sqlite3.Error) as error:  # the new file is sound, so it is the disk
        make_database(new).unlink()
        raise OSError(str(error)) from error


def _reindexed(path: Path, new: Path) -> bool:
    """Copy the store and make its indexes anew; return whether it is then whole."""
    for ending in ("", "-wal"):
        part = path.with_name(path.name + ending)
        if part.exists():
            shutil.copyfile(part, make_file(new.with_name(new.name + ending)))
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as copy:
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
            if "runs" not in tables or not schema.has_its_tables(copy):
                return False
            copy.execute("REINDEX")
            whole = copy.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(whole)
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    finally:
        for ending in ("-wal", "-shm"):
            new.with_name(new.name + ending).unlink(missing_ok=True)


def _copied(path: Path, new: Path) -> tuple[str, ...]:
    """Fill a new store with the sound rows of a damaged one; return the runs without settings."""
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        schema.migrate(connection)
        schema.define_functions(connection)
        connection.execute("BEGIN")
        with Pages.of(path) as pages:
            blocks = _inserted(connection, pages)
        for run_id, found in blocks.items():
            _drop_replaced(connection, run_id, found)
        lost = _without_settings(connection)
        for table in _OF_A_CLASS[1:]:
            connection.execute(
                f"DELETE FROM {table} WHERE class_id NOT IN (SELECT id FROM classes)"  # noqa: S608 - ours
            )
        for run_id in blocks:
            _heal(connection, run_id)
        connection.execute(schema.MEASURE)
        connection.execute("COMMIT")
    return lost


def _inserted(connection: sqlite3.Connection, pages: Pages) -> dict[str, list[Placed]]:
    """Insert all sound rows, and return where each run's blocks of steps were."""
    tables = ("runs", *_OF_A_RUN, *_OF_A_CLASS)
    columns = {table: _columns(connection, table) for table in tables}
    newest: dict[tuple[Any, ...], int] = {}
    blocks: dict[str, list[Placed]] = {}
    for rowid, values in pages.rows():
        table, row = _recognized(columns, rowid, values)
        if table is None:
            continue
        # A replaced row may still lie somewhere; the one that replaced it has a higher rowid.
        key = table, *_key(table, row)
        if newest.get(key, -1) >= rowid:
            continue
        newest[key] = rowid
        _insert(connection, table, row)
        if table == "blocks":
            placed = (rowid, row["first_step"], row["last_step"])
            blocks.setdefault(row["run"], []).append(placed)
    return blocks


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _recognized(
    columns: dict[str, list[str]], rowid: int, values: tuple[Value, ...]
) -> tuple[str, Row] | tuple[None, Row]:
    """Tell by its checksum which table a row belongs to; None for nonsense."""
    for table, names in columns.items():
        if not names.index("checksum") < len(values) <= len(names):
            continue
        row = dict(zip(names, values, strict=False))
        if table == "rate_changes":
            row["position"] = rowid
        if _is_sound(table, row):
            return table, _sanitized(row) if table == "runs" else row
    return None, {}


def _is_sound(table: str, row: Row) -> bool:
    fields = _SETTINGS if table == "runs" else COLUMNS[table]  # type: ignore[index]  # a table of ours
    values = [row[field] for field in fields]
    if row.get("data") is not None:  # of a run that is not on Fashion-MNIST
        values.append(row["data"])
    if any(value is None for value in values) or checksum(*values) != row["checksum"]:
        return False
    # Some rows look alike: weights and checkpoints, but for the head of what they hold.
    last = values[-1]
    match table:
        case "epochs" | "rounds":  # not a class, or a learner: these have a text there
            told = isinstance(last, str) and isinstance(values[1], int)
            return told and (table == "rounds" or last.startswith("{"))
        case "stretches":
            return isinstance(last, str) and isinstance(values[1], int)
        case "checkpoints":
            return isinstance(last, bytes) and _has_metadata(last)
        case "weights":
            return isinstance(last, bytes) and not _has_metadata(last)
    return True


def _has_metadata(tensors: bytes) -> bool:
    length = int.from_bytes(tensors[:8], "little")
    return b'"__metadata__"' in tensors[8 : 8 + length]


def _sanitized(row: Row) -> Row:
    """Put a default where a value of a run without a checksum cannot be right."""
    kept = {name: row[name] for name in (*_SETTINGS, "checksum")} | {"data": row.get("data")}
    for name in ("name", "note", "steering"):
        kept[name] = row[name] if isinstance(row[name], str) else ""
    for name in ("step", "total_steps", "pinned", "number"):
        value = row.get(name)  # a row of before has no number
        kept[name] = value if isinstance(value, int) and value >= 0 else 0
    for name in ("started", "ended", "deleted"):
        kept[name] = row[name] if _is_time(row[name]) else None
    kept["error"] = row["error"] if isinstance(row["error"], str) else None
    kept["status"] = row["status"] if row["status"] in get_args(Status) else "interrupted"
    return kept


def _is_time(value: object) -> bool:
    try:
        datetime.fromisoformat(value)  # type: ignore[arg-type]  # TypeError below
    except (ValueError, TypeError):
        return False
    return True


def _key(table: str, row: Row) -> tuple[Any, ...]:
    names = {
        "runs": ("id",),
        "blocks": ("run", "last_step"),
        "checkpoints": ("run",),
        "rate_changes": ("position",),
        "forks": ("run", "step"),
        "members": ("run",),
        "stretches": ("run", "first_step"),
        "classes": ("id",),
        "rounds": ("class_id", "number"),
        "votes": ("class_id", "round", "voter"),
        "learners": ("class_id", "voter"),
    }.get(table, ("run", "epoch"))
    return tuple(row[name] for name in names)


def _insert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - our tables


def _drop_replaced(connection: sqlite3.Connection, run_id: str, blocks: list[Placed]) -> None:
    """Delete blocks whose steps were made again; the newer ones have higher rowids."""
    taken: list[tuple[int, int]] = []
    for _rowid, first, last in sorted(blocks, reverse=True):
        if any(first <= end and start <= last for start, end in taken):
            key = (run_id, last, first)
            connection.execute(
                "DELETE FROM blocks WHERE run = ? AND last_step = ? AND first_step = ?", key
            )
        else:
            taken.append((first, last))


def _without_settings(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Delete records whose run has no settings any more, and return the ids of these runs."""
    lost: set[str] = set()
    for table in _OF_A_RUN:
        orphans = f"FROM {table} WHERE run NOT IN (SELECT id FROM runs)"  # noqa: S608 - ours
        lost |= {run for (run,) in connection.execute(f"SELECT DISTINCT run {orphans}")}
        connection.execute(f"DELETE {orphans}")
    return tuple(sorted(lost))


def _heal(connection: sqlite3.Connection, run_id: str) -> None:
    """Let a run whose last steps are lost go on from its checkpoint, if that lies before them."""
    row = connection.execute("SELECT status, step FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None or row[0] == "finished":
        return
    reached = 0
    steps = "SELECT first_step, last_step FROM blocks WHERE run = ? ORDER BY last_step"
    for first, last in connection.execute(steps, (run_id,)):
        if first != reached + 1:
            break
        reached = last
    saved = connection.execute("SELECT step FROM checkpoints WHERE run = ?", (run_id,)).fetchone()
    if saved and saved[0] <= reached < row[1]:
        connection.execute("DELETE FROM blocks WHERE run = ? AND last_step > ?", (run_id, reached))
        connection.execute("UPDATE runs SET step = ? WHERE id = ?", (reached, run_id))
