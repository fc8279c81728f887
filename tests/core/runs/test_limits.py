import pytest

from softmax_core.errors import InvalidExperiment
from softmax_core.runs import Limits, expected_steps
from softmax_core.training import course_experiment

from .conftest import race


def test_steps_count_the_last_short_minibatch() -> None:
    assert expected_steps(race(epochs=2)) == 4000


def test_an_experiment_may_make_as_many_steps_as_the_limit_and_no_more() -> None:
    Limits(steps=2350).refuse_too_long(course_experiment())
    with pytest.raises(InvalidExperiment, match="at most 9 with minibatches of 256"):
        Limits(steps=2349).refuse_too_long(course_experiment())
