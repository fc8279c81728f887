"""How often those who watch may ask, one alone and a lecture hall."""

from __future__ import annotations

import heapq

import pytest

from softmax_ui.live.message import MOVING_MS
from softmax_ui.live.pace import CROWD_MS, Watchers, crowded_ms

ANSWER_BYTES = 11_000


class Clock:
    """Seconds that pass when a test wants it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watched_by(people: int, seconds: float) -> tuple[Watchers, list[int], float]:
    """Let so many ask as they are told to; the counter, what was told last, answers a second."""
    clock = Clock()
    watchers = Watchers(clock)
    due = [(clock.now + person * MOVING_MS / 1000 / people, person) for person in range(people)]
    told = [0] * people
    end, answered = clock.now + seconds, 0
    while due[0][0] < end:
        clock.now, person = due[0]
        told[person] = watchers.again(MOVING_MS)
        heapq.heapreplace(due, (clock.now + told[person] / 1000, person))
        answered += clock.now > end - 5
    return watchers, told, answered / 5


def test_up_to_a_hundred_ask_as_often_as_one() -> None:
    for people in (1, 20, 95):
        watchers, told, _rate = watched_by(people, 20)
        assert set(told) == {MOVING_MS}
        assert watchers.count == pytest.approx(people, rel=0.15, abs=0.5)


@pytest.mark.parametrize(("people", "wait"), [(300, CROWD_MS), (900, CROWD_MS), (2000, 1500)])
def test_a_crowd_is_counted_and_asks_less_often(people: int, wait: int) -> None:
    watchers, told, _rate = watched_by(people, 40)
    assert watchers.count == pytest.approx(people, rel=0.1)
    assert sum(told) / len(told) == pytest.approx(wait, rel=0.1)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_thousand_are_sent_at_most_15_mb_a_second_by_however_many_servers(servers: int) -> None:
    _watchers, _told, rate = watched_by(1000 // servers, 30)
    assert servers * rate * ANSWER_BYTES <= 15e6


def test_who_has_left_is_forgotten() -> None:
    clock = Clock()
    watchers = Watchers(clock)
    for _ask in range(500):
        watchers.again(MOVING_MS)
    assert crowded_ms(watchers.count) > 0
    before = watchers.count
    clock.now += 30
    assert watchers.count < before / 100
