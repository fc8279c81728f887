"""A class: nothing is counted twice, nothing is lost, and all of it can be deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from softmax_core.classroom import Ballot, ClassQuestion, Classroom, classroom
from softmax_core.runs import Store, open_store

CHOICE = ClassQuestion("choice", "Which?", ("a", "b"), right=0)
OTHER = ClassQuestion("number", "How much?", right=0.5)


@pytest.fixture
def room(store: Store) -> Classroom:
    made = Classroom(store)
    made.open()
    made.ask(CHOICE)
    return made


def test_a_code_is_six_letters_that_nobody_mistakes(store: Store) -> None:
    room = Classroom(store)
    assert room.current is None
    assert room.ask(CHOICE) is None
    assert not room.join("v")
    opened = room.open()
    assert len(opened.code) == 6
    assert set(opened.code) <= set(classroom.ALPHABET)
    assert not set("01OIL") & set(classroom.ALPHABET)
    assert room.open().code != opened.code


def test_a_later_vote_replaces_the_former_and_the_same_one_counts_once(room: Classroom) -> None:
    first, second = Ballot(1, "v", "0", 1), Ballot(1, "v", "1", 2)
    assert room.record([first, first, Ballot(1, "w", "1", 1)]) == [True, True, True]
    assert room.votes(1) == {"v": "0", "w": "1"}
    assert room.record([second]) == [True]
    assert room.record([first]) == [True], "what was sent again counts, as what it was"
    assert room.votes(1) == {"v": "1", "w": "1"}
    assert room.ballot(1, "nobody") is None


def test_no_vote_counts_when_its_round_is_not_open(room: Classroom) -> None:
    room.record([Ballot(1, "v", "0", 1)])
    room.close()
    assert room.record([Ballot(1, "v", "1", 2), Ballot(1, "late", "1", 1)]) == [False, False]
    assert room.votes(1) == {"v": "0"}
    again = room.ask_again()
    assert again is not None
    assert (again.number, again.series, again.question) == (2, 1, CHOICE)
    assert room.record([Ballot(1, "v", "1", 3), Ballot(2, "v", "1", 4)]) == [False, True]
    assert (room.votes(1), room.votes(2)) == ({"v": "0"}, {"v": "1"})
    other = room.ask(OTHER)
    assert other is not None
    assert (other.number, other.series) == (3, 3)
    assert room.rounds[1].closed, "another question closes the one before"
    assert room.record([Ballot(7, "v", "1", 5), Ballot(0, "v", "1", 6)]) == [False, False]


def test_the_answer_is_shown_once_and_closes_the_round(room: Classroom) -> None:
    room.solve()
    (shown,) = room.rounds
    assert shown.closed
    assert shown.solved
    room.solve()
    assert room.rounds == (shown,)


def test_a_restart_loses_nothing(room: Classroom, store: Store) -> None:
    room.record([Ballot(1, "v", ["b", "a"], 1)])
    room.join("v", name="Ann")
    room.join("v", progress=("softmax", 3, 2))
    again = Classroom(store)
    assert again.current == room.current
    assert again.rounds == room.rounds
    assert again.votes(1) == {"v": ["b", "a"]}
    (ann,) = again.learners()
    assert (ann.name, ann.section, ann.answered, ann.right) == ("Ann", "softmax", 3, 2)
    assert again.record([Ballot(1, "v", ["a", "b"], 2)]) == [True], "its round is still open"


def test_two_servers_on_one_store_have_one_class(
    room: Classroom, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Classroom(store)
    assert (other.current, other.rounds) == (room.current, room.rounds)
    other.close()
    assert room.record([Ballot(1, "v", "0", 1)]) == [False], "it was closed elsewhere"
    again = other.ask_again()
    third = room.ask(OTHER)
    assert again
    assert third
    assert (again.number, third.number) == (2, 3), "no number is given twice"
    assert [bool(one.closed) for one in room.rounds] == [True, True, False]
    assert other.record([Ballot(3, "v", 0.5, 2)]) == [True]
    monkeypatch.setattr(classroom, "FRESH_SECONDS", 0.0)
    opened = other.open()
    room.refresh()
    assert (room.current, room.rounds) == (opened, ())
    assert room.join("v")
    other.delete()
    assert not room.join("w")
    room.refresh()
    assert room.current is None


def test_a_learner_is_counted_once_and_a_class_has_a_bound(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom, "MOST_LEARNERS", 2)
    assert [room.join(voter) for voter in ("a", "b", "a", "c")] == [True, True, True, False]
    assert len(room.learners()) == 2


@pytest.mark.file("its bytes are read")
def test_a_browsers_key_is_nowhere_and_two_classes_cannot_be_compared(
    room: Classroom, store: Store
) -> None:
    key = "k" * 64
    before = room.voter(key)
    room.join(before)
    room.record([Ballot(1, before, "0", 1)])
    assert key.encode() not in _bytes(store)
    room.open()
    assert room.voter(key) != before


def test_all_of_a_class_can_be_deleted(room: Classroom, store: Store, place: Path | str) -> None:
    room.join("voter-digest", name="Ann Example")
    room.record([Ballot(1, "voter-digest", "0", 1)])
    room.delete()
    assert (room.current, room.rounds, room.votes(1), room.learners()) == (None, (), {}, [])
    store.close()
    with Store(place) as again:
        assert Classroom(again).current is None


@pytest.mark.file("its bytes are read")
def test_nothing_of_a_deleted_class_is_left_in_the_file(room: Classroom, store: Store) -> None:
    room.join("voter-digest", name="Ann Example")
    room.delete()
    store.close()
    assert b"Ann Example" not in store.path.read_bytes()


def test_a_vote_that_the_disk_has_changed_is_not_counted(room: Classroom, store: Store) -> None:
    room.record([Ballot(1, "v", "0", 1), Ballot(1, "w", "1", 1)])
    with store.database.writing() as disk:
        disk.execute("UPDATE votes SET answer = '\"1\"' WHERE voter = 'v'")
    assert room.votes(1) == {"w": "1"}


@pytest.mark.file("its bytes are changed")
def test_a_damaged_store_gives_its_class_back(room: Classroom, store: Store) -> None:
    room.join("v", name="Ann")
    for number in range(200):
        room.record([Ballot(1, f"voter {number}", "0", 1)])
    code = room.current.code if room.current else ""
    store.close()
    whole = bytearray(store.path.read_bytes())
    whole[100:200] = b"\xff" * 100  # the head of the first page: SQLite reads nothing any more
    store.path.write_bytes(whole)
    with open_store(store.path) as saved:
        again = Classroom(saved)
        assert again.current is not None
        assert again.current.code == code
        assert len(again.votes(1)) == 200
        assert [learner.name for learner in again.learners()] == ["Ann"]


def _bytes(store: Store) -> bytes:
    beside = store.path.with_name(store.path.name + "-wal")
    return store.path.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
