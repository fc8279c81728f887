"""Why a model takes a picture for what it takes it for: each part tells of the right classes.

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
    st.cache_resource.clear()
    cache.runner()
    yield cache.store()
    cache.runner().close()
    cache.store().close()
    st.cache_resource.clear()


@pytest.fixture
def run(store: Store) -> Run:
    """A finished run whose second variant sees sandals in all pictures; the first sees nothing."""
    experiment = Experiment([Variant("nothing"), Variant("sandals")], epochs=EPOCHS)
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


def opened(run: Run, picture: int, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    query = {"run": run.id, "view": "confusion", "variant": "2", "picture": str(picture), **query}
    test.query_params.update(query)
    test.switch_page("pages/training_dashboard.py").run()
    assert not test.exception
    return test


def components(test: AppTest) -> list[dict[str, Any]]:
    protos = [part.proto for part in test.get("bidi_component")]
    return [json.loads(proto.mixed.json or proto.json or "{}") for proto in protos]


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


def blue_or_orange(source: str) -> set[str]:
    """The colours of a signed picture, but for what is almost 0."""
    content = base64.b64decode(source.split(",")[1])
    colours = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).reshape(-1, 3).astype(int)
    redder = colours[:, 0] - colours[:, 2]
    found = (("blue", (redder < -60).any()), ("orange", (redder > 60).any()))
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
    assert blue_or_orange(difference["source"]) == {"blue"}, "more for the sandal than for the boot"
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


def test_the_evidence_against_a_class_is_orange(run: Run) -> None:
    test = opened(run, first_of(0)[0])
    predicted, rival, difference = (p["source"] for p in pictures(test, "Evidence"))
    assert blue_or_orange(predicted) == blue_or_orange(difference) == {"blue"}
    assert blue_or_orange(rival) == {"orange"}, "what speaks against a T-shirt"


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
