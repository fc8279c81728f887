"""The dashboard's script, run without a browser: what it shows and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from softmax_ui.addresses.training import OWN, SHARED
from softmax_ui.terms import field_name
from softmax_ui.text import LANGUAGES, Language, speaking

ROOT = Path(__file__).parents[2]
PAGE = "pages/training_dashboard.py"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from softmax_ui import cache

    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    st.cache_resource.clear()
    yield
    cache.close_runs()
    st.cache_resource.clear()


def opened(*, unfolded: bool = True, **parameters: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    test.query_params.update(parameters)
    if unfolded:
        test.session_state["experiment_open"] = parameters.get("run", "")
    test.switch_page(PAGE).run()
    assert not test.exception
    return test


def texts(test: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*test.markdown, *test.error, *test.warning])


def test_the_courses_settings_are_ready_to_start() -> None:
    test = opened()
    assert test.text_input(key="rate1_typed").value == "0.1"
    assert test.text_input(key="batch_typed").value == "256"
    assert test.text_input(key="epochs_typed").value == "10"
    assert not test.button(key="start_0").disabled


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_form_names_each_field_as_the_list_of_runs_and_the_report_do(tongue: Language) -> None:
    test = opened(lang=tongue)
    fields = [*test.selectbox, *test.text_input]
    own = {f"{key}1": field for key, field in OWN.items()}
    named = {**SHARED, **own, "count": "variants"}
    with speaking(tongue):
        expected = {key: field_name(field) for key, field in named.items()}
    found = {(field.key or "").removesuffix("_typed"): field.label for field in fields}
    assert {key: label for key, label in found.items() if key in named} == expected


def shown_classes(test: AppTest) -> list[tuple[str, str]]:
    """Return the picture and the caption of each class."""
    body = next(
        element.proto.body
        for element in test.get("html")
        if "Pictures of the class Trouser" in element.proto.body
    )
    return re.findall(r"<img src='(data:[^']+)'[^>]*><figcaption>(.*?)</figcaption>", body)


def test_before_there_is_a_run_its_classes_are_shown_with_their_numbers() -> None:
    test = opened()
    classes = shown_classes(test)
    assert [caption for _, caption in classes][6] == "Shirt"
    assert len({source for source, _ in classes}) == 10
    assert "60,000 pictures to learn from + 10,000 to test on" in captions(test)
    assert "Four of each class, which has 6,000 + 1,000." in captions(test)


def test_before_there_is_a_run_its_first_templates_are_the_noise_that_it_will_start_from() -> None:
    def drawn(test: AppTest) -> list[str]:
        body = "".join(element.proto.body for element in test.get("html"))
        return re.findall(r"<img src='(data:[^']+)' alt='The templates, ", body)

    first = drawn(opened())
    assert len(set(first)) == 10
    assert drawn(opened(seed="1")) != first
    assert drawn(opened(rate1="0.5")) == first


def test_the_form_is_folded_unless_something_in_it_keeps_start_from_working() -> None:
    folded = opened(unfolded=False)
    assert not folded.text_input
    assert not folded.button(key="start_0").disabled
    same = opened(unfolded=False, count="2", name1="same", name2="same")
    assert same.text_input(key="name2").value == "same"
    same.text_input(key="name2").set_value("other").run()
    assert same.text_input(key="name2").value == "other"  # not folded under the hands
    assert not same.button(key="start_0").disabled


def test_what_was_set_stays_when_the_form_is_folded() -> None:
    test = opened(count="2")
    test.text_input(key="rate2_typed").set_value("0.25").run()
    test.text_input(key="name1").set_value("slow").run()
    test.button(key="experiment").click().run()
    assert not test.text_input
    assert "2 variants" in test.button(key="experiment").label
    assert (test.query_params["rate2"], test.query_params["name1"]) == ("0.25", "slow")
    test.button(key="experiment").click().run()
    assert test.text_input(key="rate2_typed").value == "0.25"
    assert test.text_input(key="name1").value == "slow"


def test_a_form_with_a_refused_field_does_not_stay_folded() -> None:
    test = opened()
    test.text_input(key="rate1_typed").set_value("7000").run()
    test.button(key="experiment").click().run()
    assert test.text_input(key="rate1_typed").value == "7000"
    assert "7000" in texts(test)
    assert test.button(key="start_0").disabled


def test_without_the_pictures_it_is_said_where_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from softmax_core.errors import DataNotFound
    from softmax_ui import cache

    def missing(_data: object) -> None:
        raise DataNotFound((), "not here")

    monkeypatch.setattr(cache, "dataset_of", missing)
    test = opened()
    assert "Get them on the home page" in test.warning[0].value
    assert not test.button(key="start_0").disabled


def test_the_preset_that_the_form_shows_is_marked_and_no_other() -> None:
    def marked(test: AppTest) -> list[str]:
        style = "".join(element.proto.body for element in test.get("html"))
        return re.findall(r"st-key-presets a\[href\*=\"preset=(\w+)", style)

    test = opened()
    assert marked(test) == ["course"]
    test.text_input(key="rate1_typed").set_value("0.2").run()
    assert marked(test) == []


def test_a_link_to_a_preset_that_is_not_there_says_which_there_are() -> None:
    test = opened(preset="fastest")
    assert "`preset` was `fastest` and must be" in test.warning[0].value
    assert "course" in test.warning[0].value
    assert test.text_input(key="rate1_typed").value == "0.1"
    assert not opened(preset="rates").warning


def test_a_field_out_of_range_is_refused_in_words_and_start_waits() -> None:
    test = opened()
    test.text_input(key="rate1_typed").set_value("-0.5").run()
    assert "`-0.5` does not work here: it must be a number from 1e-08 to 1,000." in texts(test)
    assert test.button(key="start_0").disabled
    test.text_input(key="rate1_typed").set_value("0.5").run()
    assert "does not work here" not in texts(test)
    assert not test.button(key="start_0").disabled


def test_fields_that_do_not_go_together_are_refused() -> None:
    test = opened()
    test.text_input(key="held_out_typed").set_value("50000")
    test.text_input(key="batch_typed").set_value("20000").run()
    assert "at most as many as the pictures trained on" in texts(test)
    assert test.button(key="start_0").disabled


def test_a_run_that_is_not_there_is_said_so_and_the_form_stays() -> None:
    test = opened(run="<b>gone</b>")
    assert "There is no run" in texts(test)
    assert not test.button(key="start_0").disabled


def test_nonsense_in_a_link_is_named_once() -> None:
    test = opened(rate1="1e999")
    assert "`rate1` was `1e999`" in texts(test)
    assert test.text_input(key="rate1_typed").value == "0.1"


def test_a_nameless_variant_shows_what_it_will_be_called() -> None:
    test = opened(count="2", rate2="0.5")
    assert [test.text_input(key=f"name{n}").placeholder for n in (1, 2)] == ["η 0.1", "η 0.5"]


def test_settings_that_are_not_those_of_the_run_below_are_told_apart() -> None:
    from softmax_core.training import Experiment, Variant
    from softmax_ui import cache

    run = cache.store().create(Experiment((Variant("η 0.1"),)), total_steps=2350)
    test = opened(run=run.id)
    assert "These are not the settings of the run below" not in captions(test)
    test.text_input(key="rate1_typed").set_value("0.5").run()
    assert "These are not the settings of the run below" in captions(test)


def test_the_rate_that_can_be_changed_is_the_one_in_force() -> None:
    from softmax_core.training import Experiment, RateChange, Variant
    from softmax_ui import cache

    cache.runner()  # first, for it marks what another process left alive as interrupted
    run = cache.store().create(Experiment((Variant("a"), Variant("b"))), total_steps=2350)
    cache.store().set_status(run.id, "paused")
    cache.store().add_rate_change(run.id, RateChange(0, 1, 0.02))
    test = opened(run=run.id)
    assert test.text_input(key=f"new_rate_{run.id}_0_0.1_typed").value == "0.1"
    test.selectbox(key="variant").set_value(2).run()
    field = f"new_rate_{run.id}_1_0.02_typed"
    assert test.text_input(key=field).value == "0.02"
    test.text_input(key=field).set_value("5000").run()
    assert "`5000` does not work here: it must be a number from 1e-08 to 1,000." in texts(test)
    assert len(cache.store().rate_changes(run.id)) == 1
    test.text_input(key=field).set_value("1000").run()  # the end of the range is in it
    changed = cache.store().rate_changes(run.id)[-1]
    assert (changed.variant, changed.learning_rate) == (1, 1000.0)
    assert test.text_input(key=f"new_rate_{run.id}_1_1000_typed").value == "1000"


@pytest.mark.parametrize(
    ("held_out", "validation", "said"),
    [
        (
            10_000,
            [0.85, 0.84],
            "Best on the pictures held out: `a` with accuracy 0.8500; on the test set it has 0.81",
        ),
        (0, None, "Best on the test set: `b` with accuracy 0.8300."),
        (1, [0.0, 0.0], "All end with accuracy 0.0000 on the pictures held out."),
    ],
)
def test_pictures_held_out_decide_which_variant_was_best(
    held_out: int, validation: list[float] | None, said: str
) -> None:
    from softmax_core.training import EpochRecord, Experiment, Variant
    from softmax_ui import cache

    both = [0.5, 0.5]
    experiment = Experiment((Variant("a"), Variant("b", 0.3)), epochs=1, validation_size=held_out)
    run = cache.store().create(experiment, total_steps=1)
    end = EpochRecord(
        epoch=1,
        step=1,
        train_loss=both,
        train_accuracy=both,
        validation_loss=validation and both,
        validation_accuracy=validation,
        test_loss=both,
        test_accuracy=[0.81, 0.83],
        confusion=[[[0] * 10] * 10] * 2,
    )
    cache.store().append(run.id, epochs=[end])
    cache.store().set_status(run.id, "finished")
    test = opened(run=run.id)
    assert said in "\n".join(info.value for info in test.info)


@pytest.mark.parametrize(
    ("preset", "accuracies", "nan_from", "said"),
    [
        (
            "losses",
            [0.6922, 0.1339],
            [0, 0],
            "`−ln p` ends with accuracy 0.6922 on the test set, `½‖p−y‖²` with 0.1339. "
            "Hardly learned at all: `½‖p−y‖²`. Guessing among 10 classes gives 0.1.",
        ),
        (
            "forms",
            [0.8054, 0.1],
            [0, 4],
            "`naive` became nan at step 4. "
            "`stable` ends with accuracy 0.8054 on the test set, `naive` with 0.1000.",
        ),
        (
            "raw",
            [0.79, 0.1],
            [0, 1],
            "`naive` became nan at step 1. "
            "`stable` ends with accuracy 0.7900 on the test set, `naive` with 0.1000.",
        ),
        (
            "rates",
            [0.5, 0.7, 0.8, 0.83, 0.83, 0.5],
            [0] * 6,
            "Best on the test set: `η 0.1`, `η 0.3` with accuracy 0.8300. To choose settings "
            "by accuracy, hold pictures out for validation: once you choose by the test set, it "
            "is no longer a test. "
            "Lowest: `η 0.001`, `η 1` with 0.5000.",
        ),
        (
            "rates",
            [0.6, 0.7, 0.8, 0.83, 0.82, 0.5],
            [0] * 6,
            "Best on the test set: `η 0.1` with accuracy 0.8300. To choose settings by "
            "accuracy, hold pictures out for validation: once you choose by the test set, it is "
            "no longer a test. "
            "Lowest: `η 1` with 0.5000.",
        ),
        (
            "best",
            [0.8497],
            [0],
            "`η 0.1` ends with accuracy 0.8497 on the test set; the aim was 0.8466.",
        ),
    ],
)
def test_a_presets_end_answers_what_it_asks_and_speaks_of_no_band(
    preset: str, accuracies: list[float], nan_from: list[int], said: str
) -> None:
    from softmax_core.training import EpochRecord, StepRecord
    from softmax_ui import cache
    from softmax_ui.screens.training.presets import presets

    experiment = presets()[preset].experiment
    some = [0.5] * len(accuracies)
    run = cache.store().create(experiment, total_steps=6)
    steps = [
        StepRecord(n, 1, [float("nan") if k and n >= k else 0.5 for k in nan_from], *[some] * 3)
        for n in range(1, 7)
    ]
    table = [[[0] * 10] * 10] * len(some)
    epochs = [
        EpochRecord(n, 6, some, some, None, None, some, accuracies, table)
        for n in range(1, experiment.epochs + 1)
    ]
    cache.store().append(run.id, steps, epochs)
    cache.store().set_status(run.id, "finished")
    (verdict,) = opened(run=run.id, view="own").info
    assert verdict.value == said


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_each_field_of_an_experiment_has_an_explanation_beside_it(tongue: Language) -> None:
    test = opened(lang=tongue)
    fields = {
        str(field.key).removesuffix("_typed"): field
        for field in [*test.selectbox, *test.text_input]
    }
    keys = ["count", *SHARED, *(f"{key}1" for key in OWN)]
    assert [key for key in keys if not fields[key].help] == []


def captions(test: AppTest) -> str:
    return "\n".join(caption.value for caption in test.caption)


def given_to_components(test: AppTest) -> list[dict[str, Any]]:
    components = [part.proto for part in test.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in components]


def moving_parts(test: AppTest) -> dict[str, dict[str, str]]:
    """What each part that the browser draws by itself was given, by its name."""
    return {each["part"]: each for each in given_to_components(test) if "part" in each}


def allowed(test: AppTest) -> list[str]:
    """The buttons that can be pressed; the others are drawn at their places all the same."""
    (given,) = (each for each in given_to_components(test) if "allowed" in each)
    assert [*given["labels"]] == ["pause", "resume", "step", "step_epoch", "stop"]
    return [*given["allowed"]]


def test_the_moving_parts_of_a_run_ask_for_one_message_with_the_settings_of_the_page() -> None:
    from softmax_core.training import Experiment, Variant
    from softmax_ui import cache

    cache.runner()
    run = cache.store().create(Experiment([Variant("one"), Variant("two")]), total_steps=10)
    cache.store().set_status(run.id, "paused")
    test = opened(run=run.id, axis="steps")
    parts = moving_parts(test)
    assert parts.keys() == {"status", "curves", "wall", "templates"}
    assert {part["address"] for part in parts.values()} == {f"live/{run.id}?lang=en&axis=steps"}
    assert parts["status"]["version"] == "paused 0"
    assert allowed(test) == ["resume", "step", "step_epoch", "stop"]

    cache.store().set_status(run.id, "stopped")  # as another session does
    test.run()
    assert moving_parts(test)["status"]["version"] == "stopped 0"
    assert allowed(test) == ["resume", "step", "step_epoch"]
    chinese = opened(run=run.id, lang="zh")
    assert moving_parts(chinese)["curves"]["address"] == f"live/{run.id}?lang=zh"


def test_a_run_that_could_not_be_stored_says_why() -> None:
    from softmax_core.training import Experiment, Variant
    from softmax_ui import cache

    run = cache.store().create(Experiment((Variant("a"),)), total_steps=10)
    cache.store().set_status(run.id, "interrupted", "The disk is full.")
    assert "could no longer be stored: `The disk is full.`" in opened(run=run.id).warning[0].value


@pytest.mark.parametrize(
    ("status", "accuracy", "said"),
    [
        ("finished", 0.9, "above the band from {low:.4f} to {high:.4f}"),
        ("finished", 0.829, "inside the band from {low:.4f} to {high:.4f}"),
        ("finished", 0.5, "below the band from {low:.4f} to {high:.4f}"),
        ("stopped", 0.5, None),
    ],
)
def test_the_verdict_is_on_the_last_epoch_of_a_finished_run(
    status: str, accuracy: float, said: str | None
) -> None:
    from softmax_core.training import EpochRecord
    from softmax_core.training.verdict import COURSE_BAND, course_experiment
    from softmax_ui import cache

    experiment = course_experiment()
    run = cache.store().create(experiment, total_steps=2350)
    table = [[[0] * 10] * 10]
    ends = [
        EpochRecord(n, 235 * n, [0.5], [0.5], None, None, [0.5], [measured], table)
        for n, measured in enumerate([*[0.7] * 9, accuracy], start=1)
    ]
    cache.store().append(run.id, epochs=ends)
    cache.store().set_status(run.id, status)  # type: ignore[arg-type]
    test = opened(run=run.id)
    verdicts = [told.value for told in [*test.success, *test.warning] if "the band" in told.value]
    if said is None:
        assert verdicts == []
    else:
        expected = said.format(low=COURSE_BAND.low, high=COURSE_BAND.high)
        assert [expected in told for told in verdicts] == [True]


def test_a_shown_run_sets_the_form_to_its_settings_and_a_preset_leads_away_from_it() -> None:
    from softmax_core.training import Experiment, Variant
    from softmax_ui import cache

    run = cache.store().create(Experiment((Variant("a", learning_rate=0.3),)), total_steps=2350)
    test = opened(run=run.id, view="templates", rate1="0.7")
    assert test.text_input(key="rate1_typed").value == "0.3"
    test = opened(run=run.id, view="templates", preset="rates")
    assert not {"run", "view", "preset"} & test.query_params.keys()
    assert not test.button(key="start_0").disabled
    assert "6 variants" in test.button(key="experiment").label
