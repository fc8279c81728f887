"""What servers on one store have in common."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from softmax_core.runs import Store
from softmax_core.runs.cluster.settings import SharedSettings


def test_a_text_is_read_by_all_and_replaced_by_the_next(emptied: str) -> None:
    with Store(emptied) as one, Store(emptied) as other:
        here, there = SharedSettings(one.database), SharedSettings(other.database)
        assert there.read("limits") is None
        here.write("limits", "first")
        assert there.read("limits") == "first"
        there.write("limits", "second")
        assert here.read("limits") == "second"
        assert here.read("teacher") is None


def test_all_who_start_together_have_one_secret(emptied: str) -> None:
    with Store(emptied) as store, ThreadPoolExecutor(4) as many:
        settings = SharedSettings(store.database)
        made = many.map(
            lambda number: settings.read_or_make("cookie_secret", lambda: f"of {number}"), range(8)
        )
        assert len(set(made)) == 1
