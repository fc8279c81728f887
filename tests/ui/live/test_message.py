"""What a message says of a run in each of its states, and how much it weighs."""

from __future__ import annotations

import base64
import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from softmax_core.errors import RunNotFound
from softmax_core.runs import Store, ThreadRunner
from softmax_core.runs.run import Status
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, RateChange, StepRecord
from softmax_ui import cache
from softmax_ui.addresses.training import VIEWS, watching_state
from softmax_ui.figures.training import BEHIND, FAINT, full
from softmax_ui.live import wall
from softmax_ui.live.answers import Answer
from softmax_ui.live.message import STILL, message, version
from softmax_ui.live.pace import CROWD_MS, CROWD_REST
from softmax_ui.live.watched import Watched

EPOCH_STEPS = 20
MOST_BYTES = 30_000


def a_run(
    store: Store,
    variants: int = 1,
    steps: int = 0,
    status: Status = "running",
    *,
    group: str = "",
    seed: int = 0,
    experiment: Experiment | None = None,
) -> str:
    """Store a run with noisy records of some steps, their epochs, and the newest weights."""
    experiment = experiment or Experiment(
        [Variant(f"variant {k}") for k in range(variants)], epochs=100
    )
    owner = "somebody's digest"
    run = store.create(experiment, total_steps=100 * EPOCH_STEPS, owner=owner, group=group)
    noise = np.random.default_rng(seed)

    def row() -> list[float]:
        return noise.random(variants).tolist()

    ends = range(EPOCH_STEPS, steps + 1, EPOCH_STEPS)
    epochs = [
        EpochRecord(n, step, row(), row(), None, None, row(), row(), confusion(variants))
        for n, step in enumerate(ends, start=1)
    ]
    records = [
        StepRecord(step, (step - 1) // EPOCH_STEPS, row(), row(), row(), row())
        for step in range(1, steps + 1)
    ]
    newest, first = checkpoint(variants, steps), checkpoint(variants, 0)
    begun = (0, first.weights, first.bias)
    store.append(run.id, records, epochs, newest, begun, seconds=(0.0, steps / 10))
    store.set_status(run.id, status)
    return run.id


def confusion(variants: int) -> list[list[list[int]]]:
    return np.zeros((variants, 10, 10), dtype=int).tolist()


def checkpoint(variants: int, step: int) -> Checkpoint:
    weights = torch.randn(variants, 10, 784, generator=torch.Generator().manual_seed(step))
    bias, still = torch.zeros(variants, 10), torch.zeros(variants, 10)
    rates, nothing = [0.1] * variants, [0.0] * variants
    return Checkpoint(step, weights, bias, weights * 0, still, rates, nothing, nothing, 0)


def told(run_id: str, language: str = "en", **settings: str) -> dict[str, Any]:
    return dict(message(Watched.from_query(run_id, {"lang": language, **settings})))


def test_a_thousand_who_watch_are_sent_at_most_15_mb_a_second(own_store: Store) -> None:
    """Everybody asks every `CROWD_MS`, and gets the still parts anew every `CROWD_REST` seconds."""
    run_id = a_run(own_store, steps=1800)
    answer = Answer.of(told(run_id), STILL)
    assert answer.moved is not None
    whole, moved = len(answer.compressed), len(answer.moved.compressed)
    asks = CROWD_REST / (CROWD_MS / 1000)
    a_second = 1000 * (whole + (asks - 1) * moved) / CROWD_REST
    assert 5e6 < a_second < 15e6


def test_a_running_run_says_how_far_it_is_in_the_readers_language(own_store: Store) -> None:
    run_id = a_run(own_store, steps=500)
    english, chinese = told(run_id), told(run_id, "zh")
    assert english["text"] == "Running · step 500 of 2,000 · 2 min 30 s left"
    assert "500" in chinese["text"]
    assert "Running" not in chinese["text"]
    assert english["done"] == 0.25
    assert [figure["title"] for figure in english["curves"]["figures"]][:2] == ["Loss", "Accuracy"]
    assert len(english["templates"]["pictures"]) == 10


def test_the_time_left_is_that_of_the_pace_that_is_set(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = a_run(own_store, steps=500)  # at 10 steps a second
    monkeypatch.setattr(ThreadRunner, "speed", lambda _runner, _run_id: 2.0)
    assert told(run_id)["text"].endswith("· 12 min 30 s left")


def test_what_learns_is_in_each_view_and_the_gradient_in_one(own_store: Store) -> None:
    run_id = a_run(own_store, steps=40)
    always = {"curves", "wall", "templates"}
    for view in VIEWS:
        assert always <= told(run_id, view=view).keys()
        assert ("gradient" in told(run_id, view=view)) == (view == "curves")
    said = told(run_id, view="curves")
    shown = [[figure["key"] for figure in said[part]["figures"]] for part in ("curves", "gradient")]
    assert shown == [["loss", "accuracy"], ["saturation", "gradient_norm"]]


def test_the_curves_have_their_marks_a_baseline_and_their_newest_numbers(
    own_store: Store,
) -> None:
    run_id = a_run(own_store, 2, steps=40)
    own_store.add_rate_change(run_id, RateChange(20, 1, 0.5))
    first, last = (epoch.test_accuracy for epoch in own_store.epochs(run_id))
    for axis, unit in (("epochs", 1.0), ("steps", float(EPOCH_STEPS))):
        said = told(run_id, axis=axis, view="curves")
        curves, gradient = said["curves"], said["gradient"]
        figures = [*curves["figures"], *gradient["figures"]]
        drawn = {figure["key"]: full(figure["figure"]) for figure in figures}
        for key, guessing in (("loss", []), ("accuracy", [0.1]), ("saturation", [])):
            mark, *baselines = drawn[key]["layout"]["shapes"]
            assert [line["y0"] for line in baselines] == guessing
            assert (mark["x0"], mark["label"]["text"]) == (unit, "η 0.1 → 0.5")
        traces = drawn["accuracy"]["data"]
        assert [trace.get("line", {}).get("dash") for trace in traces[4:]] == ["dot", "dot"]
        assert {(trace["x0"], trace["dx"]) for trace in traces[4:]} == {(unit, unit)}
        assert all(f"{number:.4f}<" in curves["legend"] for number in last)
        assert not any(f"{number:.4f}<" in curves["legend"] for number in first)


def test_minibatches_are_smoothed_until_one_wants_them_as_they_are(own_store: Store) -> None:
    run_id = a_run(own_store, 2, steps=40)

    def lines(**settings: str) -> list[tuple[str | None, float | None]]:
        loss = full(told(run_id, **settings)["curves"]["figures"][0]["figure"])
        return [(t.get("line", {}).get("dash"), t.get("opacity")) for t in loss["data"][::2]]

    assert lines() == [(None, BEHIND), (None, None), ("dot", None)]
    assert lines(smooth="0") == [(None, FAINT), ("solid", None), ("dot", None)]
    smooth = [told(run_id, smooth=smooth)["curves"]["figures"][0] for smooth in ("0.5", "0.99")]
    assert smooth[0] != smooth[1]
    said = [told(run_id, smooth=smooth)["curves"]["legend"] for smooth in ("0.9", "0")]
    assert ["minibatches, smoothed" in legend for legend in said] == [True, False]


def test_the_best_of_each_column_is_marked_for_eye_and_ear(own_store: Store) -> None:
    run_id = a_run(own_store, 3, steps=40)
    legend = told(run_id)["curves"]["legend"]
    best = re.findall(r'<td class="best">.*?★</span>([\d.]+)<span.*?> best</span></td>', legend)
    newest = own_store.steps(run_id, after=39, up_to=40)
    test = own_store.epochs(run_id)[-1].test_accuracy
    wanted = [newest.loss[-1].min(), newest.accuracy[-1].max(), max(test)]
    assert sorted(best) == sorted(f"{value:.4f}" for value in wanted)
    assert "best" not in told(a_run(own_store, 1, steps=40))["curves"]["legend"]


@pytest.mark.parametrize(
    "other", [Variant("other", loss="squared_error"), Variant("other", label_smoothing=0.1)]
)
def test_losses_of_several_kinds_have_no_best(own_store: Store, other: Variant) -> None:
    experiment = Experiment([Variant("one"), other], epochs=100)
    legend = told(a_run(own_store, 2, steps=40, experiment=experiment))["curves"]["legend"]
    for row in re.findall(r"<tr data-variant.*?</tr>", legend):
        loss, *_others = re.findall(r"<td.*?</td>", row)
        assert "best" not in loss
    assert legend.count('class="best"') == 2  # the accuracies


def test_of_many_variants_each_line_bears_the_number_that_the_table_gives_it(
    own_store: Store,
) -> None:
    curves = told(a_run(own_store, 4, steps=40))["curves"]
    assert curves["variants"] == 4
    assert re.findall(r'class="number">(\d+)<', curves["legend"]) == ["1", "2", "3", "4"]
    for figure in curves["figures"]:
        words = {each["text"] for each in figure["figure"]["layout"]["annotations"]}
        assert words == {"1", "2", "3", "4"}
    assert 'class="number"' not in told(a_run(own_store, 3, steps=40))["curves"]["legend"]


def test_where_a_loss_ends_its_curve_and_its_row_say_so(own_store: Store) -> None:
    run = own_store.create(Experiment([Variant("one"), Variant("two")]), total_steps=100)
    losses = [2.3, 30.0, math.inf, math.nan, math.nan]
    records = [
        StepRecord(n, 0, [0.5, loss], [0.5, 0.1], [0.5, loss], [0.5, loss])
        for n, loss in enumerate(losses, start=1)
    ]
    own_store.append(run.id, records)
    message = told(run.id, axis="steps", view="curves")
    told_of = message["curves"]
    said = "inf at step 3 · nan since step 4"
    assert f'<span class="nan">{said}</span>' in told_of["legend"]
    marks = {
        figure["key"]: [
            (each["x"], each["text"].partition("</span> ")[2])
            for each in figure["figure"]["layout"]["annotations"]
            if "✕" in each["text"]
        ]
        for figure in told_of["figures"] + message["gradient"]["figures"]
    }
    assert marks["loss"] == marks["gradient_norm"] == [(3, said)]
    assert marks["accuracy"] == []


def test_a_link_from_before_still_asks_for_a_logarithmic_axis(own_store: Store) -> None:
    run_id = a_run(own_store, steps=40)

    def scale(**settings: str) -> set[str]:
        figures = told(run_id, **settings)["curves"]["figures"]
        return {each["figure"]["layout"]["yaxis"]["type"] for each in figures}

    assert scale(log="1") == scale(log="log") == {"log"}
    assert scale(log="linear") == {"linear"}
    across = told(run_id, x_log="1", axis="steps")["curves"]["figures"][0]["figure"]["layout"]
    assert (across["xaxis"]["type"], across["xaxis"]["range"][0]) == ("log", 0)


def test_the_templates_are_those_of_the_variant_in_the_readers_words(own_store: Store) -> None:
    run_id = a_run(own_store, 2, steps=3)

    def shown(variant: int, language: str = "en") -> list[dict[str, str]]:
        said = told(run_id, language, variant=str(variant))
        return list(said["templates"]["pictures"])

    sources = [[picture["source"] for picture in shown(variant)] for variant in (1, 2, 16)]
    assert sources[0] != sources[1]
    assert sources[1] == sources[2], "beyond the last it is the last"
    assert "Trouser" in shown(1)[1]["caption"]
    assert "Trouser" not in shown(1, "zh")[1]["caption"]


def test_the_scale_of_the_templates_only_grows(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)

    def end(factor: float) -> str:
        newest = checkpoint(1, 3)
        own_store.append(
            run_id, checkpoint=replace(newest, step=4, weights=newest.weights * factor)
        )
        cache._stored_weights.clear()
        (found,) = re.findall(r"±([\d.e-]+) or more", told(run_id)["templates"]["caption"])
        return found

    assert [end(factor) for factor in (0.01, 0.1, 1.0, 0.01)] == ["0.03", "0.3", "3", "3"]


def test_all_test_pictures_are_counted_anew_as_soon_as_a_run_has_begun() -> None:
    class Right(NamedTuple):
        step: int
        variant: int = 0

        def right_of_test(self) -> int:
            return self.step + 1000

    run: Any = SimpleNamespace(id="counted", status="running")
    models: list[Any] = [Right(0), Right(8), Right(9)]
    assert [wall._counted(run, model).right for model in models] == [1000, 1008, 1008]


def test_the_wall_says_what_each_picture_is_taken_for(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)
    said = told(run_id, pins="17,4")["wall"]
    test = cache.dataset().test
    assert said["positions"][:2] == [17, 4]
    assert len(set(said["positions"])) == 20
    labels = test.labels[told(run_id)["wall"]["positions"]]
    assert labels.tolist() == [label for label in range(10) for _ in range(2)]
    newest = checkpoint(1, 3)
    logits = test.images.view(-1, 784).double() / 255 @ newest.weights[0].double().T
    p, taken = logits.softmax(dim=1).max(dim=1)
    assert said["taken"] == taken[said["positions"]].tolist()
    assert said["p"] == pytest.approx(p[said["positions"]].tolist(), abs=6e-4)
    right = taken == test.labels
    assert said["said"] == (
        f"{int(right[said['positions']].sum())} of these 20 right · "
        f"{int(right.sum()):,} of 10,000 test pictures after step 3"
    )
    assert told(run_id, wall="1")["wall"]["positions"] != told(run_id)["wall"]["positions"]


def test_what_has_diverged_sees_nothing(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)
    lost = checkpoint(1, 3)
    lost.bias[0, 4] = torch.nan
    own_store.append(run_id, checkpoint=lost)
    said = told(run_id)["wall"]
    assert set(said["taken"]) == set(said["p"]) == {None}
    assert "diverged" in said["said"]


def test_a_variant_that_has_diverged_is_said_to_have(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)
    lost = checkpoint(1, 3)
    lost.weights[0, 4, 100] = torch.nan
    own_store.append(run_id, checkpoint=lost)
    caption = told(run_id)["templates"]["caption"]
    assert "has diverged: its weights after step 3 are not numbers" in caption


@pytest.mark.parametrize(
    ("status", "again"),
    [("queued", 400), ("running", 400), ("paused", 2000), ("stopped", 2000),
     ("interrupted", 2000), ("finished", None), ("failed", None)],
)  # fmt: skip
def test_what_has_ended_is_asked_for_no_more(
    own_store: Store, status: Status, again: int | None
) -> None:
    assert told(a_run(own_store, steps=3, status=status))["again"] == again


def test_the_last_steps_are_told_with_the_end_however_soon_it_follows(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)
    told(run_id)
    record = StepRecord(4, 0, [0.5], [0.5], [0.5], [0.5])
    own_store.append(run_id, [record], seconds=(0.3, 0.4))
    own_store.set_status(run_id, "stopped")
    assert told(run_id)["text"] == "Stopped · step 4 of 2,000"


def test_the_rest_of_the_page_is_drawn_anew_when_it_would_look_otherwise(own_store: Store) -> None:
    running = a_run(own_store, steps=19)
    later = a_run(own_store, steps=20)
    paused = a_run(own_store, steps=20, status="paused")

    def drawn_for(run_id: str, view: str) -> str:
        return str(told(run_id, view=view)["version"])

    assert drawn_for(running, "curves") == drawn_for(later, "curves")  # the browser draws them
    assert drawn_for(running, "why") == drawn_for(later, "why")
    assert told(running, picture="3")["version"] != told(later, picture="3")["version"]
    assert drawn_for(running, "confusion") != drawn_for(later, "confusion")  # an epoch has ended
    assert drawn_for(later, "curves") != drawn_for(paused, "curves")  # other buttons
    own_store.append(paused, [StepRecord(21, 1, [0.5], [0.5], [0.5], [0.5])], seconds=(2.0, 2.1))
    assert drawn_for(paused, "minibatch") == "paused 21"  # somebody else made a step


def test_the_page_is_drawn_anew_when_the_stores_file_was_taken_away(own_store: Store) -> None:
    run_id = a_run(own_store, steps=20)
    before = told(run_id)["version"]
    own_store.path.unlink()
    after = told(run_id)["version"]
    assert after != before
    assert told(run_id)["version"] == after  # once
    values, _problems = watching_state().read({})
    assert version(own_store.run(run_id), cache.history(run_id), values) == after


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("picture", [-1, 3])
def test_the_page_is_drawn_for_what_the_messages_say(
    own_store: Store, view: str, picture: int
) -> None:
    run = own_store.run(a_run(own_store, steps=40))
    values, _problems = watching_state().read({"view": view, "picture": str(picture)})
    said = message(Watched.of(run.id, "en", values))["version"]
    assert version(run, cache.history(run.id), values) == said


@pytest.mark.parametrize(("variants", "steps"), [(1, 2000), (8, 2000), (16, 2000), (16, 30)])
@pytest.mark.parametrize("view", ["curves", "why"])
def test_a_message_is_light(own_store: Store, variants: int, steps: int, view: str) -> None:
    for seed in range(2):
        a_run(own_store, variants, steps, "finished", group="g", seed=seed)
    answer = Answer.of(told(a_run(own_store, variants, steps, group="g"), view=view))
    assert len(answer.compressed) < MOST_BYTES


def test_a_member_shows_what_its_group_came_to(own_store: Store) -> None:
    runs = [a_run(own_store, 2, 400, "finished", group="g", seed=seed) for seed in range(3)]
    alone = told(runs[0])["curves"]
    under_way = a_run(own_store, 2, 100, group="g", seed=3)
    ends = [own_store.epochs(run_id)[-1].test_accuracy for run_id in runs]
    mean, deviation = np.mean(ends, axis=0), np.std(ends, axis=0, ddof=1)
    for run_id in (runs[0], under_way):  # what is under way itself does not count
        curves = told(run_id)["curves"]
        assert "of the group, n = 3" in curves["legend"]
        for k in (0, 1):
            assert f"<td>{mean[k]:.4f} ± {deviation[k]:.4f}</td>" in curves["legend"]
        accuracy = full(curves["figures"][1]["figure"])["data"]
        shape, mean_line = accuracy[1], accuracy[3]  # of the second variant
        top, bottom = np.split(decoded(shape["y"]), [20])
        np.testing.assert_allclose(decoded(mean_line["y"])[-1], mean[1], rtol=1e-6)
        np.testing.assert_allclose(top[-1] - bottom[0], 2 * deviation[1], rtol=1e-5)
        np.testing.assert_allclose(decoded(mean_line["x"]), range(1, 21))
    assert alone["variants"] == 2


def test_one_finished_run_of_a_group_is_no_group_yet(own_store: Store) -> None:
    only = a_run(own_store, 1, 40, "finished", group="g")
    a_run(own_store, 1, 40, group="g", seed=1)
    assert "group" not in told(only)["curves"]["legend"]


def decoded(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"])


def test_who_started_it_is_not_told(own_store: Store) -> None:
    run_id = a_run(own_store, steps=3)
    own_store.set_steering(run_id, "steering digest")
    said = json.dumps([told(run_id, view=view) for view in ("curves", "confusion")])
    assert "digest" not in said


def test_a_default_name_follows_the_rate_that_it_names(own_store: Store) -> None:
    run = own_store.create(Experiment([Variant("η 0.1")]), total_steps=10)
    own_store.add_rate_change(run.id, RateChange(3, 0, 0.01))
    assert "η 0.1 → 0.01<" in told(run.id)["curves"]["legend"]


def test_a_name_cannot_bring_markup_into_the_page(own_store: Store) -> None:
    run = own_store.create(Experiment([Variant("<img src=x onerror=alert(1)>")]), total_steps=10)
    assert "<img" not in told(run.id)["curves"]["legend"]


@pytest.mark.usefixtures("own_store")
def test_there_is_no_message_of_no_run() -> None:
    with pytest.raises(RunNotFound):
        told("nobody")


def test_the_axis_follows_the_curves_until_the_whole_run_is_asked_for(own_store: Store) -> None:
    run = own_store.create(Experiment([Variant("one")], epochs=200), total_steps=47_000)
    records = [StepRecord(n, 1 + n // 235, *[[0.5]] * 4) for n in range(1, 16 * 235)]
    own_store.append(run.id, records)
    own_store.set_status(run.id, "paused")

    def ends(**settings: Any) -> set[float]:
        values, _problems = watching_state().read(settings)
        figures = message(Watched.of(run.id, "en", values))["curves"]["figures"]
        return {each["figure"]["layout"]["xaxis"]["range"][1] for each in figures}

    assert ends() == {25.0}
    assert ends(whole="1") == {200.0}
    assert ends(axis="steps") == {25.0 * 235}
