"""What a model takes pictures for, and why: each part tells of the right classes and moment.

The weights are made by hand, so that every number of the page is known: W[k] is one number for all
pixels, more of it at each epoch's end. A picture's logit is then that number times the sum of its
pixels, plus b.
"""

from __future__ import annotations

import base64
import io
import json
import re
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

from softmax_core.runs import Run, Store
from softmax_core.training import Experiment, Variant
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.records import EpochRecord
from softmax_ui import cache
from softmax_ui.screens.run.controls import BEFORE_STEP

ROOT = Path(__file__).parents[2]
EPOCHS = 29
SANDAL, SNEAKER, BOOT = 5, 7, 9
PER_PIXEL = torch.full((10,), -0.02)
PER_PIXEL[[SANDAL, SNEAKER, BOOT]] = torch.tensor([0.04, 0.03, 0.01])
BIAS = torch.zeros(10)
BIAS[[SANDAL, BOOT]] = torch.tensor([0.25, -0.5])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    st.cache_resource.clear()
    cache.runner()
    yield cache.store()
    cache.close_runs()
    st.cache_resource.clear()


@pytest.fixture
def run(store: Store) -> Run:
    """A finished run whose second variant sees sandals in all pictures; the first sees nothing."""
    experiment = Experiment(
        [Variant("nothing", loss="squared_error"), Variant("sandals")],
        epochs=EPOCHS,
        batch_size=6_000,
    )
    run = store.create(experiment, total_steps=10 * EPOCHS)
    b, nothing = torch.stack([BIAS * 0, BIAS]), [0.0, 0.0]
    table = torch.zeros(2, 10, 10, dtype=torch.int64).tolist()
    for epoch in range(EPOCHS + 1):
        w = torch.zeros(2, 10, 784)
        w[1] = PER_PIXEL[:, None] * epoch / EPOCHS
        step = 10 * epoch
        newest = Checkpoint(step, w, b, w * 0, b * 0, [0.1, 0.1], nothing, nothing, 0)
        end = EpochRecord(epoch, step, nothing, nothing, None, None, nothing, nothing, table)
        store.append(run.id, [], [end] if epoch else [], newest, (epoch, w, b))
    store.set_status(run.id, "finished")
    return store.run(run.id)


def opened(
    run: Run, picture: int = -1, before: tuple[str, Checkpoint] | None = None, **query: str
) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.session_state[BEFORE_STEP] = before
    query = {"run": run.id, "view": "confusion", "variant": "2", "picture": str(picture), **query}
    test.query_params.update(query)
    test.switch_page("pages/training_dashboard.py").run()
    assert not test.exception
    return test


def components(test: AppTest) -> list[dict[str, Any]]:
    protos = [part.proto for part in test.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]


def arrived(test: AppTest) -> str:
    """The headings of what a click brings."""
    return "\n".join(part["title"] for part in components(test) if "takes_focus" in part)


def pictures(test: AppTest, label: str) -> list[dict[str, str]]:
    (found,) = (part for part in components(test) if part.get("label") == label)
    return list(found["pictures"])


def charts(test: AppTest) -> dict[str, tuple[list[int], str]]:
    """Title -> the epochs of a chart of the history, and what is said of it."""
    drawn = [part for part in components(test) if " by epoch; for " in part.get("alt", "")]
    told = [part["alt"].split(" by epoch; for ") for part in drawn]
    epochs = [json.loads(part["figure"])["data"][0]["x"] for part in drawn]
    return {title: (xs, said) for (title, said), xs in zip(told, epochs, strict=True)}


def numbers(test: AppTest) -> tuple[str, list[tuple[str, str, list[str]]]]:
    """The caption of the table of a prediction, and its rows: "strong" or "", class, numbers."""
    tables = [element.proto.body for element in test.get("html") if "L/∂o" in element.proto.body]
    (caption,) = re.findall(r"<caption>(.*?)</caption>", tables[0])
    rows = re.findall(r"<tr(?: class=)?(\w*)><th scope='row'>(.*?)</th>(.*?)</tr>", tables[0])
    return caption, [(mark, name, re.findall("<td>(.*?)</td>", row)) for mark, name, row in rows]


def first_of(label: int) -> tuple[int, float]:
    """The first test picture of a class, and the sum of its pixels as they are trained on."""
    split = cache.dataset().test
    position = int((split.labels == label).nonzero()[0])
    return position, float(split.images[position].sum()) / 255


def green_or_purple(source: str) -> set[str]:
    """The colours of a signed picture, but for what is almost 0."""
    content = base64.b64decode(source.split(",")[1])
    colours = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).reshape(-1, 3).astype(int)
    greener = 2 * colours[:, 1] - colours[:, 0] - colours[:, 2]
    found = (("green", (greener > 60).any()), ("purple", (greener < -60).any()))
    return {colour for colour, there in found if there}


def story(
    light: float, target: int, epoch: int = EPOCHS
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What there is to say of a picture: its logits, probabilities and gradient."""
    logits = PER_PIXEL * epoch / EPOCHS * light + BIAS
    p = torch.softmax(logits, dim=0)
    return logits, p, p - torch.nn.functional.one_hot(torch.tensor(target), 10)


def test_a_mistake_is_held_against_its_label(run: Run) -> None:
    position, light = first_of(BOOT)
    logits, p, gradient = story(light, BOOT)
    test = opened(run, position)
    assert pictures(test, "Ankle boot, taken for Sandal with probability " + f"{p[SANDAL]:.1%}")
    predicted, rival, difference = pictures(test, "Evidence")
    assert predicted["caption"].split("\n") == [
        "Sandal", "Σ x ⊙ W[k] + b", f"= {logits[SANDAL] - 0.25:.4f} + 0.2500",
        f"= {logits[SANDAL]:.4f} = o",
    ]  # fmt: skip
    assert rival["caption"].split("\n")[::2] == [
        "Ankle boot",
        f"= {logits[BOOT] + 0.5:.4f} − 0.5000",
    ]
    assert difference["caption"] == "What tips the scale:\nSandal minus Ankle boot"
    assert green_or_purple(difference["source"]) == {"green"}, "more for the sandal"
    caption, rows = numbers(test)
    assert caption == f"Loss −ln p_t = {-p[BOOT].log():.4f}, target Ankle boot"
    assert [name for mark, name, _numbers in rows if mark] == ["Sandal", "Ankle boot"]
    shown = torch.tensor([[float(number) for number in row] for _mark, _name, row in rows])
    torch.testing.assert_close(shown, torch.stack([logits, p, gradient], 1), atol=6e-5, rtol=5e-3)
    (link,) = (link.proto.query_string for link in test.get("page_link")[-1:])
    assert "&t=9&names=fashion" in link


def test_a_picture_that_is_recognized_is_held_against_the_second_choice(run: Run) -> None:
    test = opened(run, first_of(SANDAL)[0])
    captions = [picture["caption"].split("\n") for picture in pictures(test, "Evidence")]
    assert [captions[0][0], captions[1][0]] == ["Sandal", "Sneaker"]
    assert captions[2][1] == "Sandal minus Sneaker"
    assert numbers(test)[0].endswith("target Sandal")


def test_the_evidence_against_a_class_is_purple(run: Run) -> None:
    test = opened(run, first_of(0)[0])
    predicted, rival, difference = (p["source"] for p in pictures(test, "Evidence"))
    assert green_or_purple(predicted) == green_or_purple(difference) == {"green"}
    assert green_or_purple(rival) == {"purple"}, "what speaks against a T-shirt"


def test_the_history_of_a_mistake_ends_with_the_newest_epoch(run: Run) -> None:
    position, light = first_of(BOOT)
    drawn = charts(opened(run, position))
    assert {tuple(epochs) for epochs, _said in drawn.values()} == {tuple(range(1, EPOCHS + 1, 2))}
    first, last = story(light, BOOT, epoch=1), story(light, BOOT)
    for title, name, (begin, end) in (
        ("Logits o", "Sandal", (made[0][SANDAL] for made in (first, last))),
        ("Probabilities p", "Sandal", (made[1][SANDAL] for made in (first, last))),
        ("Its loss", "Ankle boot", (-made[1][BOOT].log() for made in (first, last))),
        ("Its gradient ∂L/∂o", "Ankle boot", (made[2][BOOT] for made in (first, last))),
    ):
        assert drawn[title][1] == f"{name} from {begin:.4f} to {end:.4f}."


def test_a_picture_without_a_label_is_asked_about_what_it_is_taken_for(run: Run) -> None:
    test = opened(run, -1, view="own")
    drawn, content = Image.new("L", (64, 64), 255), io.BytesIO()
    drawn.paste(20, (20, 10, 44, 54))
    drawn.save(content, "PNG")
    test.file_uploader(key="own_picture").set_value(("own.png", content.getvalue(), "image/png"))
    test.run()
    assert "What tips the scale:\nSandal minus Sneaker" in pictures(test, "Evidence")[2]["caption"]
    caption, rows = numbers(test)
    assert caption.startswith("It has no label. With Sandal as the target, the loss −ln p_t is ")
    assert [name for mark, name, _numbers in rows if mark] == ["Sandal"]


MADE = ((285, 30_000), (284, 24_000))
"""Two steps one after the other within an epoch, and the pictures of it that they have seen."""


def said(test: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*test.markdown, *test.caption])


def matrix(test: AppTest) -> str:
    (alt,) = (part["alt"] for part in components(test) if "Confusion" in part.get("alt", ""))
    return str(alt)


def test_a_cell_is_the_true_class_by_the_predicted_one(run: Run) -> None:
    test = opened(run, true=str(BOOT), predicted=str(SANDAL))
    assert "1000 pictures of Ankle boot that are taken for Sandal" in arrived(test)
    found = [picture["alt"] for picture in pictures(test, "Pictures to choose from")]
    assert len(found) == 24
    assert all(": Ankle boot, taken for Sandal with" in alt for alt in found)
    test.selectbox(key="true").set_value(SANDAL)
    test.selectbox(key="predicted").set_value(BOOT).run()
    assert "0 pictures of Sandal that are taken for Ankle boot" in arrived(test)
    assert pictures(test, "Pictures to choose from") == []


def test_recall_is_by_rows_and_precision_by_columns(run: Run) -> None:
    test = opened(run)
    (table,) = (h.proto.body for h in test.get("html") if "Precision</th>" in h.proto.body)
    rows = re.findall(r"<tr(?: class=)?(\w*)><th scope='row'>(.*?)</th>(.*?)</tr>", table)
    told = {name: re.findall("<td>(.*?)</td>", row) for _mark, name, row in rows}
    assert told["Sandal"] == ["100.0%", "10.0%"]
    assert told["Bag"] == ["0.0%", "–"]
    assert [name for mark, name, _row in rows if mark] == ["T-shirt/top"], "found least"


def test_the_matrix_is_that_of_the_chosen_split_variant_and_epoch(run: Run) -> None:
    assert "1,000 of 10,000" in matrix(opened(run))
    assert "6,000 of 60,000" in matrix(opened(run, split="train"))
    assert "Accuracy 0.1000 after epoch 3." in said(opened(run, epoch="3"))
    position, _light = first_of(BOOT)
    test = opened(run, position, variant="1")
    assert pictures(test, "Ankle boot, taken for T-shirt/top with probability 10.0%")
    assert numbers(test)[0].startswith("Loss ½‖p−y‖² = 0.4500,")


@pytest.mark.parametrize(
    ("picture", "split", "told"),
    [(-1, "test", False), (0, "test", True), (9_999, "test", True), (10_000, "test", False),
     (10_000, "train", True), (59_999, "train", True)],
)  # fmt: skip
def test_a_story_is_told_of_each_picture_of_a_split_and_of_no_other(
    run: Run, picture: int, split: str, told: bool
) -> None:
    test = opened(run, picture, split=split, epoch="0")
    assert any(part.get("label") == "Evidence" for part in components(test)) == told


def test_logits_beyond_the_playgrounds_own_are_not_linked_to_it(run: Run, store: Store) -> None:
    for sign in (1, -1):
        w, b = torch.zeros(2, 10, 784), torch.full((2, 10), 1.0)
        b[:, 3] = sign * 2e6
        nothing = [0.0, 0.0]
        newest = Checkpoint(300, w, b, w * 0, b * 0, [0.1, 0.1], nothing, nothing, 0)
        store.append(run.id, checkpoint=newest)
        test = opened(run, 0)
        assert "These logits are too large for the logit playground." in said(test)
        assert "names=fashion" not in str([link.proto for link in test.get("page_link")])


def test_the_surest_mistakes_are_told_from_the_labels_to_doubt(run: Run) -> None:
    mistakes, doubtful = (opened(run, view="labels", question=q) for q in ("mistakes", "labels"))
    assert "The model was surest of these" in said(mistakes)
    assert "Each class sets its own bar" in said(doubtful)
    for test in (mistakes, doubtful):
        notes = [p["caption"].split("\n") for p in pictures(test, "Pictures to choose from")]
        labels, others = ({note[place].split(": ")[1] for note in notes} for place in (0, 1))
        assert others == {"Sandal"}, "all that this model ever says"
        assert all(re.fullmatch(r"p = [\d.e−-]+", note[2]) for note in notes)
        assert labels
        assert "Sandal" not in labels


def test_a_step_that_was_just_made_is_told_from_the_one_that_comes_next(
    run: Run, store: Store
) -> None:
    last = store.checkpoint(run.id)
    assert last is not None
    newest, before = (replace(last, step=step, seen=seen) for step, seen in MADE)
    store.append(run.id, [], [], newest)
    store.set_status(run.id, "stopped")
    for held, title in (
        ((run.id, before), "Step 285, just made"),
        (("another run", before), "Step 286, the next one"),
        ((run.id, newest), "Step 286, the next one"),
        (None, "Step 286, the next one"),
    ):
        assert title in said(opened(run, before=held, view="minibatch"))


def test_the_lens_opens_the_first_step_of_each_epoch_of_a_finished_run(run: Run) -> None:
    assert f"Step 281, the first of epoch {EPOCHS}" in said(opened(run, view="minibatch"))
    second = opened(run, view="minibatch", begun="2")
    assert "1 to 24 of 6,000" in "".join(c.value for c in second.caption)
    assert "Step 11, the first of epoch 2" in said(second)
    assert second.select_slider(key="begun").options == [str(n) for n in range(1, EPOCHS + 1)]
    first = second.select_slider(key="begun").set_value(1).run()
    assert "Step 1, the first of epoch 1" in said(first)


def test_an_update_that_depends_on_momentum_is_shown_where_that_is_known(store: Store) -> None:
    experiment = Experiment([Variant("heavy", momentum=0.9)], epochs=2, batch_size=6_000)
    run = store.create(experiment, total_steps=20)
    w, b, table = torch.zeros(1, 10, 784), torch.zeros(1, 10), [[[0] * 10] * 10]
    for n in (0, 1, 2):
        end = EpochRecord(n, 10 * n, [0.5], [0.5], None, None, [0.5], [0.5], table)
        store.append(run.id, [], [end] if n else [], None, (n, w, b))
    store.append(run.id, [], [], Checkpoint(20, w, b, w * 0, b * 0, [0.1], [0.0], [0.0], 0))
    store.set_status(run.id, "finished")
    known, unknown = (opened(run, view="minibatch", variant="1", begun=n) for n in ("1", "2"))
    assert any("ΔW" in element.proto.body for element in known.get("html"))
    assert not any("ΔW" in element.proto.body for element in unknown.get("html"))
    assert "depends on the momentum" in "".join(c.value for c in unknown.caption)


def test_a_cell_says_how_many_pictures_it_has_and_pages_through_all_of_them(run: Run) -> None:
    test = opened(run, true=str(BOOT), predicted=str(SANDAL))
    labels = cache.dataset().test.labels
    total = int((labels == BOOT).sum())
    assert total > 24
    assert f"1 to 24 of {total:,}" in "".join(c.value for c in test.caption)
    first = pictures(test, "Pictures to choose from")
    assert len(first) == 24
    test.session_state["cell_pictures_page"] = 2
    test.run()
    assert f"25 to 48 of {total:,}" in "".join(c.value for c in test.caption)
    second = pictures(test, "Pictures to choose from")
    assert not {p["alt"] for p in first} & {p["alt"] for p in second}
    position = int(re.findall(r"Picture (\d+):", second[3]["alt"])[0])
    linked = opened(run, picture=position, true=str(BOOT), predicted=str(SANDAL))
    assert f"25 to 48 of {total:,}" in "".join(c.value for c in linked.caption)


@pytest.mark.parametrize(
    ("variant", "heads"),
    [("1", ["Class", "y", "o", "p", "p − y", "∂L/∂o"]),
     ("2", ["Class", "y", "o", "p", "p − y = ∂L/∂o"])],
)  # fmt: skip
def test_only_for_cross_entropy_is_the_error_the_gradient(
    run: Run, variant: str, heads: list[str]
) -> None:
    test = opened(run, view="minibatch", variant=variant)
    (table,) = (h.proto.body for h in test.get("html") if ">y</th>" in h.proto.body)
    assert re.findall(r"<th scope='col'>(.*?)</th>", table) == heads


def matrices(test: AppTest) -> list[str]:
    """What is said of each matrix of the page to those who do not see it."""
    said = [json.loads(part.proto.json)["alt"] for part in test.get("bidi_component")
            if "alt" in json.loads(part.proto.json or "{}")]  # fmt: skip
    return [alt for alt in said if "onfusion matri" in alt]


def test_what_a_matrix_is_compared_with_is_told_apart(store: Store, run: Run) -> None:
    """Runs of one minute, a variant called as the choice of none, a run called as a variant."""
    variants = [Variant("a"), Variant("b")]
    others = [store.create(Experiment(variants, epochs=1), total_steps=1) for _ in range(3)]
    for other in others:
        store.set_status(other.id, "finished")
    single = store.create(Experiment([Variant("a")], epochs=1), total_steps=1)
    store.set_status(single.id, "finished")
    store.rename(single.id, "nothing")
    (chosen,) = [box for box in opened(run).selectbox if box.label == "Compare with"]
    assert chosen.options[0] == "nothing"
    assert len(chosen.options) == len(set(chosen.options)) == 1 + 1 + 2 * 3 + 1


def test_a_matrix_is_compared_with_that_of_another_variant(run: Run) -> None:
    alone, beside = opened(run), opened(run, against=f"{run.id}.0")
    assert len(matrices(alone)) == 1
    first, second, difference = matrices(beside)
    assert first == f"sandals: {matrices(alone)[0]}"
    (chosen,) = [box for box in beside.selectbox if box.label == "Compare with"]
    # A variant is called as the choice of none: it is named as in the list, with its second.
    assert chosen.index is not None
    name = chosen.options[chosen.index]
    assert name.startswith("nothing · ")
    assert second.startswith(f"{name}: Confusion matrix after step 290: ")
    assert difference.startswith("The difference of both confusion matrices. Largest: ")
    assert [title.value for title in beside.subheader][:2] == ["`sandals`", f"`{name}`"]
    assert chosen.value == f"{run.id}.0"
    # Itself is no choice, and what a link names wrongly is none either.
    assert len(chosen.options) == 2
    for wrong in (f"{run.id}.7", f"{run.id}.1", "nobody.0", "<b>"):
        assert len(matrices(opened(run, against=wrong))) == 1
