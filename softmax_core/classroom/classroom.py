"""The class of a server: its code, its rounds, its votes, and how far each learner is.

There is one class at a time. It is kept beside the runs, so that neither a restart nor a power cut
takes a vote that was acknowledged, and it goes as a whole. A vote is replaced by a later one of the
same browser in the same round, until the round is closed; one that comes twice counts once.

Several servers may share a store, so what is changed is read anew in the same transaction, and what
is shown is read anew when `refresh` is called.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import RLock
from time import monotonic
from typing import Any, Final

from softmax_core.classroom.question import ClassQuestion
from softmax_core.runs import Store, rows
from softmax_core.runs.private import now

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes: no two letters of it are taken for each other."""
CODE_LENGTH: Final = 6
MOST_LEARNERS: Final = 5_000
MAX_LEARNER_NAME: Final = 40
LATEST: Final = 2**53
"""The largest sequence number: browsers count in float64."""
FRESH_SECONDS: Final = 0.25
"""How old what is shown of a class may be."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class that is open.

    Attributes:
        id: random; voters are digests with it, so those of two classes cannot be compared.
        code: with which one joins.
        opened: when, UTC, ISO 8601.
    """

    id: str
    code: str
    opened: str


@dataclass(frozen=True, slots=True)
class Round:
    """A question that was put to the class, once.

    Attributes:
        number: from 1.
        series: the number of the first round with this question; its votes stand side by side.
        question: what was asked.
        opened: when, UTC, ISO 8601.
        closed: when, or "".
        solved: when the answer was shown, or "".
    """

    number: int
    series: int
    question: ClassQuestion
    opened: str
    closed: str
    solved: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote that has arrived.

    Attributes:
        round: the round's number.
        voter: a digest of the browser's key.
        answer: as JSON can hold it.
        sequence: grows with each vote of the browser, so that a late one replaces no later one.
    """

    round: int
    voter: str
    answer: Any
    sequence: int


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody in the class.

    Attributes:
        voter: a digest of the browser's key.
        name: what they typed, or "".
        section: where they are in the lesson, or "".
        answered: how many of its questions they have done.
        right: how many of those rightly.
    """

    voter: str
    name: str
    section: str
    answered: int
    right: int


class Classroom:
    """The class that is kept in a store; every method may be called from any thread.

    Args:
        store: the store of the runs.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._lock = RLock()
        self._read_at = 0.0
        self._class: Class | None = None
        self._rounds: tuple[Round, ...] = ()
        self.refresh()

    @property
    def is_fresh(self) -> bool:
        """Whether `refresh` would read nothing: it was read a moment ago."""
        return monotonic() - self._read_at < FRESH_SECONDS

    @property
    def current(self) -> Class | None:
        """The class that is open, or None."""
        return self._class

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Its rounds, the first one first."""
        return self._rounds

    def refresh(self) -> None:
        """Read what another server may have changed, unless it was read a moment ago."""
        with self._lock:
            if not self.is_fresh:
                with self._database.reading() as connection:
                    self._read(connection)

    def open(self) -> Class:
        """Open a class with a code of its own; one that was open is deleted."""
        code = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
        opened = Class(secrets.token_urlsafe(12), code, now())
        with self._lock:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM classes")
                rows.write(connection, "classes", [(opened.id, opened.code, opened.opened)])
            self._class, self._rounds, self._read_at = opened, (), monotonic()
        return opened

    def delete(self) -> None:
        """Delete the class with all that is known of it."""
        with self._lock:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM classes")
            self._class, self._rounds, self._read_at = None, (), monotonic()

    def ask(self, question: ClassQuestion) -> Round | None:
        """Put a question to the class; a round that is open is closed. None without a class."""
        return self._begin(question)

    def ask_again(self) -> Round | None:
        """Put the last question to the class once more. None where none was put."""
        return self._begin(None)

    def close(self) -> None:
        """Close the round that is open: no vote counts any more."""
        self._end(solved=False)

    def solve(self) -> None:
        """Close the last round and show its answer."""
        self._end(solved=True)

    def record(self, ballots: Sequence[Ballot]) -> list[bool]:
        """Keep votes, all in one transaction.

        Args:
            ballots: in the order in which they came.

        Returns:
            Whether each one counts: False where its round is not open.
        """
        with self._lock, self._database.writing() as connection:
            self._hold(connection)
            found = self._class
            last = self._rounds[-1].number if self._rounds and not self._rounds[-1].closed else 0
            kept = []
            for ballot in ballots:
                counts = found is not None and ballot.round == last
                kept.append(counts)
                if not (counts and found):
                    continue
                before = connection.execute(
                    "SELECT sequence FROM votes WHERE class_id = ? AND round = ? AND voter = ?",
                    (found.id, ballot.round, ballot.voter),
                ).fetchone()
                if before is None or before[0] < ballot.sequence:
                    answer = json.dumps(ballot.answer, ensure_ascii=False)
                    row = (found.id, ballot.round, ballot.voter, answer, ballot.sequence, now())
                    rows.write(connection, "votes", [row])
        return kept

    def votes(self, number: int) -> dict[str, Any]:
        """Return the votes of a round: voter -> answer."""
        with self._database.reading() as connection:
            found = self._of_class(
                connection, "votes", "AND round = ? ORDER BY received, voter", (number,)
            )
            return {row[2]: json.loads(row[3]) for row in found}

    def ballot(self, number: int, voter: str) -> Ballot | None:
        """Return a browser's vote in a round, or None."""
        with self._database.reading() as connection:
            given = (number, voter)
            found = list(self._of_class(connection, "votes", "AND round = ? AND voter = ?", given))
            return Ballot(number, voter, json.loads(found[0][3]), found[0][4]) if found else None

    def join(
        self,
        voter: str,
        *,
        name: str | None = None,
        progress: tuple[str, int, int] | None = None,
    ) -> bool:
        """Add a learner, or what is new about them.

        Args:
            voter: a digest of the browser's key.
            name: what they typed; None for what it was.
            progress: the section of the lesson, questions done, rightly; None for what it was.

        Returns:
            Whether there was room, and a class.
        """
        with self._lock, self._database.writing(durable=False) as connection:
            self._read(connection)
            if self._class is None:
                return False
            known = list(self._of_class(connection, "learners", "AND voter = ?", (voter,)))
            if not known:
                (count,) = connection.execute(
                    "SELECT count(*) FROM learners WHERE class_id = ?", (self._class.id,)
                ).fetchone()
                if count >= MOST_LEARNERS:
                    return False
            old = known[0][2:] if known else ("", "", 0, 0, now())
            row = (
                self._class.id,
                voter,
                old[0] if name is None else name,
                *(old[1:4] if progress is None else progress),
                old[4],
            )
            if not known or row != known[0]:
                rows.write(connection, "learners", [row])
            return True

    def learners(self) -> list[Learner]:
        """Return everybody in the class, in the order in which they came."""
        with self._database.reading() as connection:
            found = self._of_class(connection, "learners", "ORDER BY joined, voter")
            return [Learner(*row[1:6]) for row in found]

    def voter(self, key: str) -> str:
        """Return what stands for a browser's key in this class; the key itself is not kept."""
        opened = self._class.id if self._class else ""
        return hashlib.sha256(f"{opened} {key}".encode()).hexdigest()[:32]

    def _begin(self, question: ClassQuestion | None) -> Round | None:
        """Put a question, or the last one once more."""
        with self._lock, self._database.writing() as connection:
            self._hold(connection)
            last = self._rounds[-1] if self._rounds else None
            if self._class is None or (question is None and last is None):
                return None
            if last is not None and not last.closed:
                self._write(connection, replace(last, closed=now()))
            number = len(self._rounds) + 1
            if question is None:
                assert last
                begun = Round(number, last.series, last.question, now(), "", "")
            else:
                begun = Round(number, number, question, now(), "", "")
            self._write(connection, begun)
            self._read(connection)
            return begun

    def _end(self, *, solved: bool) -> None:
        with self._lock, self._database.writing() as connection:
            self._hold(connection)
            if not self._rounds:
                return
            last = self._rounds[-1]
            shown = last.solved or (now() if solved else "")
            ended = replace(last, closed=last.closed or now(), solved=shown)
            if ended != last:
                self._write(connection, ended)
                self._read(connection)

    def _write(self, connection: Any, one: Round) -> None:
        assert self._class
        row = (
            self._class.id,
            one.number,
            one.series,
            one.question.to_json(),
            one.opened,
            one.closed,
            one.solved,
        )
        rows.write(connection, "rounds", [row])

    def _hold(self, connection: Any) -> None:
        """Read anew, and let no other server change the class before this transaction ends."""
        connection.execute("UPDATE classes SET opened = opened")  # a row's lock, where there is one
        self._read(connection)

    def _read(self, connection: Any) -> None:
        row = connection.execute(
            "SELECT id, code, opened FROM classes ORDER BY opened DESC LIMIT 1"
        ).fetchone()
        self._class = None if row is None else Class(*row)
        self._rounds = tuple(
            Round(row[1], row[2], ClassQuestion.from_json(row[3]), *row[4:])
            for row in self._of_class(connection, "rounds", "ORDER BY number")
        )
        self._read_at = monotonic()

    def _of_class(
        self, connection: Any, table: rows.Table, condition: str, given: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Read the sound rows of the class; one that the disk has changed is left out."""
        if self._class is None:
            return []
        columns = ", ".join(rows.COLUMNS[table])
        found = connection.execute(
            f"SELECT {columns}, checksum FROM {table} WHERE class_id = ? {condition}",  # noqa: S608 - ours
            (self._class.id, *given),
        )
        return [tuple(row[:-1]) for row in found if rows.checksum(*row[:-1]) == row[-1]]
