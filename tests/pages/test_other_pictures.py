"""A run on other pictures than Fashion-MNIST: each part of its page is of its classes and sizes."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from softmax_core.data import Dataset, Split, save
from softmax_core.flips import Flip, NoFlip, smallest_flip
from softmax_core.runs import Run
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui import cache
from softmax_ui.addresses.training import VIEWS, wall_of
from softmax_ui.live.message import message
from softmax_ui.live.watched import Watched
from softmax_ui.screens.run import flip
from softmax_ui.streamlit_inside.markdown import as_markdown

ROOT = Path(__file__).parents[2]
TRAINING, RUNS = "pages/training_dashboard.py", "pages/runs.py"
MARKUP = "<b>**1**</b>"


def made(names: tuple[str, ...], height: int, width: int, name: str, *, odd: int = 0) -> Dataset:
    """A stripe for each class on dark, a little noise on it; `odd` more pictures of the first."""
    chance = torch.Generator().manual_seed(len(names))
    labels = torch.cat([torch.arange(6 * len(names)) % len(names), torch.zeros(odd)]).long()
    if odd:
        labels = labels[torch.randperm(len(labels), generator=chance)]
    images = torch.randint(0, 60, (len(labels), height, width), generator=chance)
    for row, label in enumerate(labels.tolist()):
        place = label * height * width // len(names)
        images[row].view(-1)[place : place + height * width // len(names)] = 250
    images, third = images.to(torch.uint8), 2 * len(labels) // 3
    return Dataset(
        Split(images[:third], labels[:third]), Split(images[third:], labels[third:]), names, name
    )


def few() -> Dataset:
    """As little as is taken: a class of which there is one picture to learn from."""
    labels = torch.tensor([0, 0, 0, 1, 0, 1])
    images = torch.randint(0, 255, (6, 9, 9), generator=torch.Generator().manual_seed(7))
    images = images.to(torch.uint8)
    return Dataset(
        Split(images[:4], labels[:4]), Split(images[4:], labels[4:]), ("chick", "duck"), "Few"
    )


LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
SETS = {
    "two": made(("chick", MARKUP), 8, 8, "*Birds* <i>"),
    "few": few(),
    "three": made(("chick", "duck", "goose"), 8, 6, "Three birds", odd=9),
    "letters": made(LETTERS, 28, 28, "Letters"),
    "fifty": made(tuple(f"class {k}" for k in range(50)), 64, 64, "Fifty"),
}
EXPERIMENT = Experiment((Variant("a", 0.5), Variant("b", 0.1)), epochs=2, batch_size=4)


@pytest.fixture(autouse=True)
def own_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store and a collection of this test's own, which has the data sets."""
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    st.cache_resource.clear()
    for each in SETS.values():
        keep(each)
    yield
    cache.close_runs()
    st.cache_resource.clear()


def keep(dataset: Dataset) -> None:
    folder = cache.collection().folder / "brought"
    folder.mkdir(parents=True, exist_ok=True)
    save(dataset, folder / "set.npz")
    cache.collection().adopt(folder / "set.npz", dataset.description, "", {})


def trained(which: str, experiment: Experiment = EXPERIMENT) -> Run:
    run = cache.runner().start(experiment, data=SETS[which].description)
    assert cache.runner().wait(run.id).status == "finished"
    return cache.store().run(run.id)


def opened(page: str = TRAINING, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.query_params.update(query)
    test.switch_page(page).run()
    assert not test.exception
    return test


def texts(test: AppTest) -> str:
    drawn = (test.markdown, test.caption, test.error, test.warning, test.info, test.success)
    return "\n".join(str(element.value) for elements in drawn for element in elements)


def components(test: AppTest) -> list[dict[str, Any]]:
    protos = [part.proto for part in test.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]


def told(run: Run, **settings: str) -> dict[str, Any]:
    return dict(message(Watched.from_query(run.id, {"lang": "en", **settings})))


def size_of(source: str) -> tuple[int, int]:
    from base64 import b64decode

    return Image.open(io.BytesIO(b64decode(source.partition(",")[2]))).size


@pytest.mark.parametrize("which", SETS)
def test_each_view_opens(which: str) -> None:
    run = trained(which)
    for view in VIEWS:
        test = opened(run=run.id, view=view, picture="1", true="1", predicted="1")
        assert not test.error, view
        assert "Fashion" not in texts(test)
    test = opened(run=run.id, view="confusion", split="train", true="1", predicted="1")
    names = list(SETS[which].class_names)
    assert [list(test.selectbox(key=key).options) for key in ("true", "predicted")] == [names] * 2


def computed(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click().run()
    cache.computations().wait(60)
    test.run()
    assert not test.exception
    assert not test.error
    return test


@pytest.mark.parametrize("which", ["two", "letters"])
def test_what_is_computed_when_asked_for_is_of_the_runs_own_pictures(which: str) -> None:
    """Where logits come from, what if, the speed limit, and the temperature on what is held out."""
    data = SETS[which]
    held = replace(EXPERIMENT, validation_size=len(data.train) // 4)
    run, names = trained(which, held), data.class_names
    test = computed(opened(run=run.id, view="why", picture="1", without="class"), "why_story_trace")
    (sentence,) = (m.value for m in test.markdown if "make half of all" in m.value)
    half, of = (int(n) for n in re.findall(r"\*\*(\d+) of (\d+)", sentence)[0])
    assert 1 <= half <= of <= len(data.train) - held.validation_size
    logit = next(float(number) for m in test.markdown
                 for number in re.findall(r"^o\(.*?\) = \*\*(\S+)\*\*", m.value))  # fmt: skip
    weights, bias = (each[0].double() for each in cache.store().weights(run.id, 2))
    x = data.test.images[1].reshape(-1).double() / 255
    assert logit == pytest.approx(float((weights @ x + bias).max()), abs=1e-3)
    alts = [c["alt"] for c in components(test) if "each class add to" in c.get("alt", "")]
    assert all(name in alts[0] for name in names)
    test = computed(test, "why_story_retrain")
    (table,) = (e.proto.body for e in test.get("html") if "trained without them" in e.proto.body)
    assert table.count("<th scope='row'>") == len(names)
    test = opened(run=run.id, view="curves")
    for key in ("curvature_zero", "curvature_now"):
        test = computed(test, key)
    limits = [m.value for m in test.markdown if "so 2/λ" in m.value]
    assert len(limits) == 2
    test = opened(run=run.id, view="calibration", judged="validation")
    assert f"pictures ({held.validation_size:,})" in texts(test)


def test_the_names_of_classes_are_text_in_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained("two")
    monkeypatch.setattr(flip, "smallest_flip", out_of_reach)
    asked = {"run": run.id, "view": "why", "picture": "1", "without": "class", "logit": "1"}
    test = computed(computed(opened(**asked), "why_story_trace"), "why_story_retrain")
    said = re.sub("`.*?`", "", texts(test))  # as code it is text
    # The logit in five sentences, and the class that no change reaches.
    assert said.count(as_markdown(MARKUP)) >= 6
    assert MARKUP not in said


def out_of_reach(
    features: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor, **bounds: float
) -> Flip | NoFlip:
    """The smallest change with any pixels; none where they are bounded."""
    return NoFlip(0, 1, 0.5) if bounds else smallest_flip(features, weights, bias)


def test_one_thing_is_computed_at_a_time_and_the_next_who_asks_is_told_so() -> None:
    run, done = trained("two"), threading.Event()
    assert cache.computations().ask("what another person asked", lambda _tell: done.wait(60))
    test = opened(run=run.id, view="why", picture="1")
    test.button(key="why_story_trace").click().run()
    assert any("one such computation at a time" in warning.value for warning in test.warning)
    done.set()
    cache.computations().wait(60)
    test = computed(test, "why_story_trace")
    assert not test.warning
    assert any("make half of all" in m.value for m in test.markdown)


@pytest.mark.parametrize(
    ("which", "size"),
    [("two", (8, 8)), ("three", (6, 8)), ("letters", (28, 28)), ("fifty", (22, 22))],
)
def test_what_moves_has_the_runs_classes_and_sizes(which: str, size: tuple[int, int]) -> None:
    run = trained(which)
    said, classes = told(run), len(SETS[which].class_names)
    assert [cell["caption"] for cell in said["templates"]["pictures"]] == list(
        SETS[which].class_names
    )
    # Large ones of many classes are made smaller: a message has them all, several times a second.
    assert {size_of(cell["source"]) for cell in said["templates"]["pictures"]} == {size}
    wall = said["wall"]
    hung = SETS[which].test.labels[wall["positions"]].bincount(minlength=classes)
    counts = SETS[which].test.labels.bincount(minlength=classes)
    if which == "fifty":  # half of the classes at a time
        assert hung.tolist() == [1] * 25 + [0] * 25
    else:
        assert hung.tolist() == counts.clamp(max=wall_of(classes)[0]).tolist()
    assert max(filter(None, wall["taken"])) < classes
    assert len(json.dumps(said)) < 120_000
    if which == "fifty":  # the other classes have their turn on the next wall
        after = told(run, wall="1")["wall"]["positions"]
        assert not set(after) & set(wall["positions"])


def test_a_baseline_is_drawn_and_with_unequal_classes_another_and_the_mean_recall() -> None:
    for which, lines in (("letters", ["guessing"]), ("three", ["guessing", "always the largest"])):
        curves = told(trained(which))["curves"]
        loss, accuracy = (figure["figure"]["layout"]["shapes"] for figure in curves["figures"])
        assert loss == []
        assert [line["label"]["text"][:18] for line in accuracy] == lines
        assert accuracy[0]["y0"] == pytest.approx(1 / len(SETS[which].class_names))
        assert ("mean of the classes" in curves["legend"]) == (len(lines) > 1)
        assert "where the course ends" not in curves["legend"]
    train, test = SETS["three"].train.labels, SETS["three"].test.labels
    largest = int(train.bincount().argmax())
    assert accuracy[1]["y0"] == pytest.approx(float((test == largest).double().mean()))


def test_two_classes_are_called_logistic_regression() -> None:
    run = trained("two")
    assert "this is logistic regression" in told(run)["templates"]["caption"]
    assert "logistic" not in told(trained("three"))["templates"]["caption"]
    said = texts(opened(run=run.id, view="why", picture="0"))
    assert re.search(r"σ\(o₁ − o₀\) = σ\([-−.\d]+\) = [.\d]+", said)


def test_names_that_people_gave_are_no_markup() -> None:
    run = trained("two")
    for view in VIEWS:
        test = opened(run=run.id, view=view, picture="0", true="1", predicted="1")
        said = re.sub("`[^`]*`", "", texts(test))
        assert MARKUP not in said
        assert "*Birds*" not in said
        figures = [part["figure"] for part in components(test) if "figure" in part]
        assert not any(MARKUP in str(figure) for figure in figures), view
    card = opened(RUNS, curves=f"{run.id}.0")
    assert "<i>" not in re.sub("`[^`]*`", "", texts(card))


@pytest.mark.parametrize(
    ("setting", "value", "most"),
    [("true", "3", 2), ("predicted", "9", 2), ("picture", "99", 17), ("pins", "50", 8),
     ("wall", "7", 0)],
)  # fmt: skip
def test_a_link_may_ask_for_what_the_data_have_and_for_no_more(
    setting: str, value: str, most: int
) -> None:
    run = trained("three")
    (problem,) = (warning.value for warning in opened(run=run.id, **{setting: value}).warning)
    assert value in problem
    assert str(most) in problem
    assert not opened(run=run.id, **{setting: str(most)}).warning


def test_the_form_asks_for_no_more_pictures_than_there_are() -> None:
    run = trained("three")
    test = opened(run=run.id)
    test.button(key="experiment").click().run()
    told = test.button(key="experiment").label
    assert "on `Three birds` · trained on all 18 pictures" in told
    test.text_input(key="batch_typed").set_value("19").run()
    assert "18" in texts(test)
    assert test.button(key="start_0").disabled
    test.text_input(key="batch_typed").set_value("5").run()
    test.button(key="start_0").click().run()
    assert not test.exception
    (started,) = (each for each in cache.store().runs() if each.id != run.id)
    assert (started.data, started.experiment.batch_size) == (SETS["three"].description, 5)


def test_pictures_that_are_not_here_are_named_and_nothing_goes_on() -> None:
    run = trained("three")
    cache.store().set_status(run.id, "stopped")
    digest = SETS["three"].fingerprint
    cache.collection().delete("", digest)
    cache.collection().clear(all_deleted=True)
    st.cache_resource.clear()
    for view in VIEWS:
        test = opened(run=run.id, view=view, step="3", picture="1")
        said = "\n".join(warning.value for warning in test.warning)
        assert "`Three birds` is not on this server. Add it again" in said
        assert "it cannot go on" in said
        assert digest[:12] in said
        form = test.button(key="experiment").label
        assert f"trained on all {run.data.training:,} pictures" in form, "its own, not 60,000"
    moving = told(run, step="3")
    assert len(moving["templates"]["pictures"]) == 3
    assert "not on this server" in moving["wall"]["said"]
    assert test.button(key="start_0").disabled
    test = opened(run=run.id)
    test.button(key="repeat_seeds_0").click().run()
    assert "`Three birds` is not on this server" in test.error[0].value
    assert len(cache.store().heads()) == 1


def test_matrices_of_different_pictures_are_not_compared() -> None:
    one, other = trained("three"), trained("letters")
    test = opened(run=one.id, view="confusion", against=f"{other.id}.0")
    (said,) = (warning.value for warning in test.warning)
    assert "(`Letters`) than this run (`Three birds`)" in said
    offered = opened(run=one.id, view="confusion").selectbox(key="against").options
    assert len(offered) == 2  # nothing, and the other variant of the run itself


def test_a_matrix_is_compared_with_the_run_that_was_chosen_among_those_of_a_minute() -> None:
    one = trained("three")
    seeds = [trained("three", replace(EXPERIMENT, seed=seed)) for seed in (7, 8, 8)]
    options = opened(run=one.id, view="confusion").selectbox(key="against").options
    # The list finds what was chosen by its label.
    assert len(set(options)) == len(options) == 2 + 2 * len(seeds)
    for run in seeds:
        test = opened(run=one.id, view="confusion", against=f"{run.id}.1")
        chosen = test.selectbox(key="against")
        assert chosen.value == f"{run.id}.1"
        assert chosen.index is not None
        assert f"`{chosen.options[chosen.index]}`" == test.subheader[1].value


def test_curves_on_different_pictures_are_not_overlaid_without_a_word() -> None:
    one, other, same = trained("three"), trained("letters"), trained("three")
    test = opened(RUNS, curves=f"{one.id}.0 {other.id}.0")
    (said,) = (warning.value for warning in test.warning)
    assert "different pictures: `Three birds` (3 classes, guessing gives 0.33)" in said
    (overlay,) = (part["figure"] for part in components(test) if "curve" in part.get("alt", ""))
    assert "Three birds" in str(overlay)
    assert "Letters" in str(overlay)
    assert not opened(RUNS, curves=f"{one.id}.0 {same.id}.0").warning


def test_two_sets_of_one_name_are_told_apart() -> None:
    from softmax_ui.terms import data_words

    one = SETS["three"].description
    other = replace(one, digest="0" * 64)
    assert data_words([one, other]) == [f"Three birds ({one.digest[:8]})", "Three birds (00000000)"]


def test_ones_own_picture_takes_the_size_and_the_ground_of_the_data() -> None:
    drawn, content = Image.new("L", (64, 64), 255), io.BytesIO()
    drawn.paste(20, (20, 10, 44, 54))
    drawn.save(content, "PNG")
    given = ("own.png", content.getvalue(), "image/png")
    light = replace_images(SETS["three"])
    keep(light)
    for which, is_light in ((SETS["three"], False), (light, True)):
        run = cache.runner().start(EXPERIMENT, data=which.description)
        cache.runner().wait(run.id)
        test = opened(run=run.id, view="own")
        test.file_uploader(key="own_picture").set_value(given).run()
        assert not test.exception
        stages, shown = [
            part["pictures"] for part in components(test)
            if part.get("label", "").startswith(_STAGES)
        ][:2]  # fmt: skip
        assert "6 × 8" in stages[-1]["caption"]
        assert size_of(stages[-1]["source"]) == size_of(shown[0]["source"]) == (6, 8)
        pixels = np.asarray(opened_source(shown[0]["source"]))
        assert (pixels[:, 0].mean() > 127) == is_light


_STAGES = ("How the picture", "chick", "duck", "goose", "Taken")


def replace_images(dataset: Dataset) -> Dataset:
    train, test = (
        Split(255 - split.images, split.labels) for split in (dataset.train, dataset.test)
    )
    return Dataset(train, test, dataset.class_names, "Dark on light")


def opened_source(source: str) -> Image.Image:
    from base64 import b64decode

    return Image.open(io.BytesIO(b64decode(source.partition(",")[2]))).convert("L")
