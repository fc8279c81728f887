"""What the curves of a comparison are called: no two the same, however alike their runs are."""

from __future__ import annotations

import pytest

from softmax_core.runs import Group, Run
from softmax_core.training import Experiment, Variant
from softmax_ui.curve_names import Curve, differing, labels_of


def run(id_: str, second: int, *, name: str = "", seed: int = 0, rate: float = 0.1) -> Run:
    experiment = Experiment([Variant("plain", rate)], seed=seed)
    created = f"2026-03-01T10:20:{second:02}.000+00:00"
    return Run(id_, experiment, "finished", created, None, None, 0, 0, None, name, "")


@pytest.mark.parametrize(
    ("runs", "labels"),
    [
        pytest.param(
            [run("a", 1), run("b", 2, name="other")],
            ["plain · 2026-03-01 10:20", "other"],
            id="different names",
        ),
        pytest.param(
            [run("a", 1), run("b", 2), run("c", 3, name="other")],
            ["plain · 2026-03-01 10:20:01", "plain · 2026-03-01 10:20:02", "other"],
            id="different seconds",
        ),
        pytest.param(
            [run("a", 1, name="mine"), run("b", 2, name="mine")],
            ["mine · 2026-03-01 10:20:01", "mine · 2026-03-01 10:20:02"],
            id="named alike",
        ),
        pytest.param(
            [run("a", 1), run("b", 1, seed=7, rate=0.5), run("c", 2, seed=9)],
            [
                "plain · 2026-03-01 10:20:01 · Learning rate η 0.1 · Seed 0",
                "plain · 2026-03-01 10:20:01 · Learning rate η 0.5 · Seed 7",
                "plain · 2026-03-01 10:20:02",
            ],
            id="different settings",
        ),
        pytest.param(
            [run("a", 1), run("b", 1), run("c", 1, seed=7)],
            [
                "plain · 2026-03-01 10:20:01 · Seed 0 · a",
                "plain · 2026-03-01 10:20:01 · Seed 0 · b",
                "plain · 2026-03-01 10:20:01 · Seed 7",
            ],
            id="nothing but the id",
        ),
    ],
)
def test_no_two_curves_are_called_the_same(runs: list[Run], labels: list[str]) -> None:
    assert labels_of({run.id: Curve(run, 0) for run in runs}) == dict(
        zip("abc", labels, strict=False)
    )


def test_a_group_is_called_by_its_number_of_seeds_and_told_from_its_first_run() -> None:
    groups = [
        Group("g", (run("a", 1), run("b", 2, seed=1))),
        Group("h", (run("c", 4, seed=2), run("d", 5, seed=3))),
    ]
    entries: list[Run | Group] = [*groups, groups[0].runs[0]]
    assert list(labels_of({each.id: Curve(each, 0) for each in entries}).values()) == [
        "plain · 2026-03-01 10:20:01 · 2 seeds",
        "plain · 2026-03-01 10:20:04 · 2 seeds",
        "plain · 2026-03-01 10:20",
    ]
    assert differing([Curve(each, 0) for each in entries]) == {"seed": ["0, 1", "2, 3", "0"]}
