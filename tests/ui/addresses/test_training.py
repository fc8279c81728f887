"""Settings and experiments say the same thing in two ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_core.data import FASHION_MNIST
from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import MAX_VARIANTS, Experiment, Variant
from softmax_core.training.findings import BEST_LINEAR
from softmax_ui.addresses.pictures import address_of
from softmax_ui.addresses.training import (
    dashboard_state,
    experiment_from,
    experiment_query,
    names_for,
    settings_of,
    summary,
    watching_state,
)
from softmax_ui.screens.training.presets import presets

STATE = dashboard_state()


def from_link(given: dict[str, str]) -> Experiment:
    values, problems = STATE.read(given)
    assert not problems
    return experiment_from(values)


def link_of(experiment: Experiment) -> dict[str, str]:
    """The URL parameters that a page with these settings would have."""
    return STATE.query(**settings_of(experiment))


variants = st.lists(
    st.builds(
        Variant,
        name=st.text("abcXYZ η", min_size=1, max_size=12).filter(lambda name: name == name.strip()),
        learning_rate=st.floats(1e-8, 1000),
        loss=st.sampled_from(["cross_entropy", "squared_error"]),
        init_std=st.floats(0, 100),
        momentum=st.floats(0, 0.9999),
        weight_decay=st.floats(0, 10),
        softmax=st.sampled_from(["stable", "naive"]),
    ).flatmap(
        lambda variant: (
            st.just(variant)
            if variant.loss == "squared_error"
            else st.floats(0, 1).map(lambda amount: replace(variant, label_smoothing=amount))
        )
    ),
    min_size=1,
    max_size=MAX_VARIANTS,
    unique_by=lambda variant: variant.name,
)


@given(
    st.builds(
        Experiment,
        variants=variants.map(tuple),
        batch_size=st.integers(1, 10_000),
        epochs=st.integers(1, 1000),
        seed=st.integers(0, 2**32 - 1),
        pixel_scale=st.sampled_from(["unit", "raw", "standardized"]),
        schedule=st.sampled_from(["constant", "cosine"]),
        validation_size=st.integers(0, 50_000),
    )
)
def test_an_experiment_comes_back_from_its_link_bit_for_bit(experiment: Experiment) -> None:
    assert from_link(link_of(experiment)) == experiment


def test_no_parameters_are_the_courses_settings() -> None:
    assert from_link({}) == Experiment((Variant("η 0.1"),))
    assert link_of(from_link({})) == {}


def test_a_race_needs_only_what_differs_in_its_link() -> None:
    race = presets()["rates"].experiment
    assert link_of(race) == {
        "count": "6",
        "rate1": "0.001",
        "rate2": "0.01",
        "rate3": "0.03",
        "rate5": "0.3",
        "rate6": "1",
    }


@pytest.mark.parametrize("word", sorted(presets()))
def test_every_preset_survives_its_link(word: str) -> None:
    experiment = presets()[word].experiment
    assert from_link(link_of(experiment)) == experiment


def test_the_best_linear_model_is_trained_on_all_pictures() -> None:
    assert BEST_LINEAR.validation_size == 0


def test_what_is_out_of_range_in_a_link_is_told_and_not_taken() -> None:
    values, problems = STATE.read({"rate1": "-1", "epochs": "0", "count": "17", "loss1": "hinge"})
    assert [problem.name for problem in problems] == ["count", "epochs", "rate1", "loss1"]
    assert experiment_from(values) == Experiment((Variant("η 0.1"),))


def test_a_minibatch_larger_than_the_pictures_trained_on_is_refused() -> None:
    values, _ = STATE.read({"batch": "20000", "held_out": "50000"})
    with pytest.raises(InvalidExperiment, match="batch_size"):
        experiment_from(values)


def test_two_variants_of_one_name_are_refused() -> None:
    values, _ = STATE.read({"count": "2", "name1": "a", "name2": "a"})
    with pytest.raises(InvalidExperiment, match="name of variant 2"):
        experiment_from(values)


def row(**changes: object) -> dict[str, object]:
    return {"name": "", "learning_rate": 0.1, "loss": "cross_entropy", "init_std": 0.01, **changes}


def test_variants_are_named_by_what_they_differ_in() -> None:
    rows = [row(loss="squared_error"), row(init_std=3.0)]
    assert names_for(rows) == ["½‖p−y‖² · σ 0.01", "−ln p_t · σ 3"]


def test_equal_variants_get_different_names() -> None:
    assert names_for([row(), row(), row()]) == ["η 0.1", "η 0.1 (2)", "η 0.1 (3)"]


def test_a_name_of_ones_own_stays() -> None:
    assert names_for([row(name="mine"), row()]) == ["mine", "η 0.1"]


def test_the_summary_names_what_matters_and_states_the_split() -> None:
    values, _ = STATE.read({"count": "2", "epochs": "3", "seed": "7"})
    assert summary(values) == (
        "Experiment: 2 variants, 3 epochs, minibatches of 256, seed 7 · "
        "trained on all 60,000 pictures, none held out"
    )
    values, _ = STATE.read({"count": "1", "epochs": "1"})
    assert summary(values).startswith("Experiment: one variant, 1 epoch, minibatches of 256")
    values, _ = STATE.read({"batch": "60000"})
    assert "minibatches of 60,000, seed" in summary(values)
    values, _ = STATE.read({"held_out": "10000"})
    assert summary(values).endswith("trained on 50,000 pictures, validated on 10,000")


def test_a_link_to_a_former_view_opens_what_took_its_place() -> None:
    state = watching_state()
    for former, now in (("curves", "curves"), ("templates", "why"), ("confusion", "confusion")):
        values, problems = state.read({"view": former})
        assert (values["view"], problems) == (now, [])
    _values, (problem,) = state.read({"view": "<b>"})
    assert "templates" not in problem.allowed


def test_the_pinned_pictures_survive_the_way_through_a_link() -> None:
    state = watching_state()
    for pins in ((), (9_999, 0, 17)):
        values, problems = state.read(state.query(pins=pins))
        assert (values["pins"], problems) == (pins, [])
    for nonsense in ("10000", "-1", "1,,2", "1.5", ",".join(map(str, range(21)))):
        values, problems = state.read({"pins": nonsense})
        assert values["pins"] == ()
        assert [problem.name for problem in problems] == ["pins"]


def test_no_more_is_asked_for_than_the_data_have() -> None:
    data = replace(FASHION_MNIST, class_names=("a", "b"), training=40, test=10, digest="0" * 64)
    state = watching_state(data)
    most = {"true": 1, "predicted": 1, "picture": 39, "wall": 0, "pins": 9}
    for name, value in most.items():
        assert state.read({name: str(value)})[1] == []
        (problem,) = state.read({name: str(value + 1)})[1]
        assert (problem.name, problem.value) == (name, str(value + 1))
    form = dashboard_state(data)
    values, _problems = form.read({})
    assert values["batch"] == 4  # several steps an epoch
    experiment_from(values, data)
    assert [problem.name for problem in form.read({"batch": "41", "held_out": "40"})[1]] == [
        "batch",
        "held_out",
    ]
    with pytest.raises(InvalidExperiment):
        experiment_from({**values, "batch": 21, "held_out": 20}, data)


def test_an_experiments_link_names_its_data_unless_they_are_fashion_mnist() -> None:
    experiment = Experiment((Variant("η 0.1"),))
    other = replace(FASHION_MNIST, name="Birds", digest="0" * 64)
    assert experiment_query(experiment, FASHION_MNIST) == {}
    assert experiment_query(experiment, other) == {"pictures": "0" * 64, "called": "Birds"}


def test_classes_of_a_published_set_are_named_by_its_word() -> None:
    """Their digest alone would lead nowhere: nobody brought them."""
    two = ("Sneaker", "Sandal")
    shoes = replace(FASHION_MNIST, name="Fashion-MNIST: Sneaker, Sandal", class_names=two)
    assert experiment_query(Experiment((Variant("η 0.1"),)), shoes) == {"classes": "7,5"}


def test_what_a_person_called_mnist_is_led_to_by_its_digest() -> None:
    digits = tuple("0123456789")
    own = replace(FASHION_MNIST, name="MNIST", class_names=digits, digest="1" * 64)
    assert address_of(own)["pictures"] == "mnist"
    assert address_of(own, is_kept=True) == {
        "pictures": "1" * 64, "classes": (), "called": "MNIST"
    }  # fmt: skip
    assert address_of(replace(own, name="MNIST of mine"))["pictures"] == "1" * 64
