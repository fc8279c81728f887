"""What servers that share a store have in common besides the runs: a few named texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from softmax_core.runs.database import Database

Name = Literal["cookie_secret", "limits", "teacher"]


class SharedSettings:
    """The named texts of a store in PostgreSQL.

    Args:
        database: that of the runs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: Name) -> str | None:
        """Return a text, or None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT value FROM settings WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else str(row[0])

    def write(self, name: Name, value: str) -> None:
        """Put a text in the place of what was there."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
                (name, value),
            )

    def read_or_make(self, name: Name, make: Callable[[], str]) -> str:
        """Return a text, which whoever asks first makes; all get the same one."""
        if (found := self.read(name)) is not None:
            return found
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                (name, make()),
            )
        found = self.read(name)
        assert found is not None
        return found
