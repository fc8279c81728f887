"""How often those who watch may ask, one alone and a lecture hall."""

from __future__ import annotations

import heapq

import pytest

from softmax_ui.live.message import MOVING_MS
from softmax_ui.live.pace import CROWD_MS, CROWD_REST, Watchers, crowded_ms


class Clock:
    """Seconds that pass when a test wants it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watched_by(
    people: int, seconds: float, answered_after: float = 0.0, openings: float = 0.0
) -> tuple[Watchers, list[int], float]:
    """Let so many ask as they are told to; the counter, what was told last, answers a second.

    Args:
        people: how many.
        seconds: for how long.
        answered_after: seconds that each waits for an answer.
        openings: pages that others open each second.
    """
    clock = Clock()
    watchers = Watchers(clock)
    due = [(clock.now + person * MOVING_MS / 1000 / people, person) for person in range(people)]
    told, before = [0] * people, [0.0] * people
    end, answered, opened = clock.now + seconds, 0, clock.now
    while due[0][0] < end:
        clock.now, person = due[0]
        while openings and opened < clock.now:
            watchers.opens()
            opened += 1 / openings
        after = round(1000 * (clock.now - before[person])) if before[person] else None
        told[person], before[person] = watchers.again(MOVING_MS, after), clock.now
        # As a page does: it waits for its answer, and then rests for a moment at least.
        wait = max(told[person] / 1000, answered_after + (0.1 if answered_after else 0))
        heapq.heapreplace(due, (clock.now + wait, person))
        answered += clock.now > end - 5
    return watchers, told, answered / 5


def test_up_to_a_hundred_ask_as_often_as_one() -> None:
    for people in (1, 20, 95):
        watchers, told, _rate = watched_by(people, 20)
        assert set(told) == {MOVING_MS}
        assert watchers.count == pytest.approx(people, rel=0.15, abs=0.5)


@pytest.mark.parametrize(("people", "wait"), [(300, 700), (900, 700), (2000, 1400)])
def test_a_crowd_is_counted_and_asks_less_often(people: int, wait: int) -> None:
    watchers, told, _rate = watched_by(people, 40)
    assert watchers.count == pytest.approx(people, rel=0.1)
    assert sum(told) / len(told) == pytest.approx(wait, rel=0.1)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_thousand_are_answered_as_often_by_however_many_servers(servers: int) -> None:
    watchers, _told, rate = watched_by(1000 // servers, 30)
    assert servers * rate == pytest.approx(1000 / (CROWD_MS / 1000), rel=0.03)
    assert watchers.rest == CROWD_REST


def test_a_few_get_wall_and_templates_as_often_as_everything_else() -> None:
    watchers, _told, _rate = watched_by(95, 20)
    assert watchers.rest == 0


def test_who_has_left_is_forgotten() -> None:
    clock = Clock()
    watchers = Watchers(clock)
    for _ask in range(500):
        watchers.again(MOVING_MS)
    assert crowded_ms(watchers.count) > 0
    before = watchers.count
    clock.now += 30
    assert watchers.count < before / 100


@pytest.mark.parametrize("answered_after", [0.9, 2.0])
def test_those_who_wait_for_their_answers_are_counted_as_well(answered_after: float) -> None:
    watchers, _told, _rate = watched_by(1000, 40, answered_after)
    assert watchers.count == pytest.approx(1000, rel=0.1)


def test_a_crowd_waits_while_pages_are_opened_and_a_few_never_do() -> None:
    _watchers, told, _rate = watched_by(500, 20, openings=10)
    assert sum(told) / len(told) == pytest.approx(4 * CROWD_MS, rel=0.1)
    _watchers, told, _rate = watched_by(500, 20, openings=0.5)
    assert sum(told) / len(told) == pytest.approx(CROWD_MS, rel=0.1)
    _watchers, told, _rate = watched_by(50, 20, openings=10)
    assert set(told) == {MOVING_MS}


def test_one_who_was_away_for_an_hour_counts_no_more_than_others() -> None:
    watchers = Watchers(Clock())
    watchers.again(MOVING_MS, 3_600_000)
    assert watchers.count <= 1


def test_one_who_claims_to_have_waited_for_long_is_not_taken_for_a_hall() -> None:
    now = 0.0
    watchers = Watchers(lambda: now)
    for _ in range(100):  # ten times a second, for ten seconds
        watchers.again(400, 100_000)
        now += 0.1
    assert watchers.count < 20
