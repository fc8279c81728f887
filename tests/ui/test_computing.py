"""Long computations: one at a time, cancelled, kept, forgotten when nobody looks."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from softmax_core.errors import InvalidLogits
from softmax_ui.computing import KEPT, UNSEEN_SECONDS, Computations, Tell


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def computing(clock: Clock) -> Iterator[Computations]:
    made = Computations(clock)
    yield made
    made.close()


class Slow:
    """Work that goes on for a step each time it is let."""

    def __init__(self) -> None:
        self.may, self.told = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, tell: Tell) -> str:
        for made in range(4):
            tell(made, 4)
            self.told.release()
            self.may.acquire()
        return "done"


def test_a_result_is_kept_and_how_far_it_is_is_told(computing: Computations) -> None:
    slow = Slow()
    assert computing.ask("a", slow)
    for made in range(4):
        slow.told.acquire()
        assert computing.look("a").share == made / 4
        slow.may.release()
    computing.wait(60)
    assert computing.look("a").result == "done"
    assert computing.look("a").share is None


def test_only_one_is_computed_and_who_asks_the_same_joins_it(computing: Computations) -> None:
    slow = Slow()
    computing.ask("a", slow)
    slow.told.acquire()
    assert computing.ask("a", slow), "the same"
    assert not computing.ask("b", slow)
    assert computing.look("b").is_busy
    computing.cancel("b")
    assert computing.look("a").share == 0
    computing.cancel("a")
    slow.may.release()
    computing.wait(60)
    assert computing.look("a") == computing.look("b")
    assert computing.look("a").result is None


def test_what_nobody_looks_at_ends(computing: Computations, clock: Clock) -> None:
    slow = Slow()
    computing.ask("a", slow)
    slow.told.acquire()
    clock.now = UNSEEN_SECONDS - 1
    computing.look("a")
    clock.now = 2 * UNSEEN_SECONDS - 2
    slow.may.release()
    slow.told.acquire()
    clock.now += 2
    slow.may.release()
    computing.wait(60)
    assert computing.look("a").result is None


def test_an_error_is_told_and_asking_again_tries_again(computing: Computations) -> None:
    def fail(_tell: Tell) -> str:
        raise InvalidLogits("nan", "nan", "no")

    computing.ask("a", fail)
    computing.wait(60)
    assert isinstance(computing.look("a").error, InvalidLogits)
    computing.ask("a", lambda _tell: 7)
    computing.wait(60)
    assert computing.look("a").result == 7


def test_the_oldest_results_are_forgotten(computing: Computations) -> None:
    for k in range(KEPT + 1):
        computing.ask(k, lambda _tell: "found")
        computing.wait(60)
    assert computing.look(0).result is None
    assert computing.look(KEPT).result == "found"


def test_a_closed_one_ends_its_work_and_takes_no_more(computing: Computations) -> None:
    slow = Slow()
    computing.ask("a", slow)
    slow.told.acquire()
    slow.may.release()
    computing.cancel("a")
    computing.close()
    assert not computing.ask("b", slow)
