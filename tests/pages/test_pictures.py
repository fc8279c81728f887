"""The pictures that a page is asked to train on: in its address, one's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from softmax_core.data import Dataset, Description, Split, save
from softmax_core.errors import DatasetMissing
from softmax_ui import cache, steering
from softmax_ui.screens.training import look
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.text import Language, speaking
from tests.browser.names import HOSTILE

APP = Path(__file__).parents[2] / "app.py"
SECONDS = 60


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.close_runs()
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path / "runs"))
    yield
    cache.close_runs()


def keep(
    folder: Path,
    owner: str = "",
    name: str = "birds <b>",
    told: dict[str, Any] | None = None,
    classes: int = 3,
) -> Description:
    drawn = np.random.default_rng(0).integers(0, 256, (120, 8, 8), dtype=np.uint8)
    labels = torch.arange(120) % classes
    pictures = torch.from_numpy(drawn)
    train, test = Split(pictures[:90], labels[:90]), Split(pictures[90:], labels[90:])
    called = ("chick", "duck", "goose", *(f"bird {k}" for k in range(3, classes)))[:classes]
    dataset = Dataset(train, test, called, name)
    save(dataset, folder / "set.npz")
    return cache.collection().adopt(folder / "set.npz", dataset.description, owner, told or {}).data


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SECONDS)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page("pages/training_dashboard.py").run()


PANEL = "Pictures to learn from"


def headings(app: AppTest) -> list[str]:
    return [each.value for each in app.subheader]


def keys(app: AppTest, kind: str = "button") -> set[str]:
    return {str(each.key) for each in app.get(kind)}


def test_an_address_names_a_data_set_and_some_of_its_classes(tmp_path: Path) -> None:
    data = keep(tmp_path)
    app = opened(pictures=data.digest, classes="2,0")
    assert not app.exception
    app.button(key="start_0").click().run()
    run = cache.store().runs([head.id for head in cache.store().heads()])[0]
    assert run.data.class_names == ("goose", "chick")
    assert (run.data.training, run.data.height) == (60, 8)
    again = opened(run=run.id)
    for each in (app, again):
        assert (each.session_state["pictures"], each.session_state["classes"]) == (
            data.digest,
            (2, 0),
        )


def test_the_sets_to_choose_from_are_told_apart_and_are_text(tmp_path: Path) -> None:
    """A choice is found by what it is called, and shown as Markdown."""
    names = ("MNIST", "MNIST\u200b", "Add your own …", HOSTILE[0])
    for classes, name in enumerate(names, 2):
        data = keep(tmp_path, name=name, classes=classes)
    foreign = keep(tmp_path, owner="somebody else", name="KMNIST", classes=9)
    app = opened(pictures=data.digest)
    app.button(key="pictures_button").click().run()
    shown = app.pills(key="pictures_set").options
    assert len(shown) == len(set(shown)) == 4 + len(names) + 1
    assert as_markdown(HOSTILE[0]) in shown
    assert HOSTILE[0] not in shown
    app = opened(pictures=foreign.digest)
    app.button(key="pictures_button").click().run()
    shown = app.pills(key="pictures_set").options
    assert len(shown) == len(set(shown)) == 4 + len(names) + 2


def test_the_panel_folds_when_a_run_starts(tmp_path: Path) -> None:
    data = keep(tmp_path)
    for adding in ("0", "1"):
        app = opened(pictures=data.digest, bring=adding)
        if adding == "0":
            app.button(key="pictures_button").click().run()
        assert PANEL in headings(app)
        app.button(key="start_0").click().run()
        assert not app.exception
        assert "run" in app.query_params
        assert PANEL not in headings(app)
        app.button(key="pictures_button").click().run()  # and unfolds, as before
        assert PANEL in headings(app)


def test_start_waits_until_what_is_brought_has_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = keep(tmp_path)
    app = opened(pictures=data.digest)
    assert not app.button(key="start_0").disabled
    given = cache.imports().new("")
    monkeypatch.setattr(type(given), "state", lambda _given: "reading")
    monkeypatch.setattr(type(given), "progress", lambda _given: (1, 10))
    app.session_state["import_now"] = given.token
    app.run()
    assert not app.exception
    assert app.button(key="start_0").disabled
    assert any("Start waits" in caption.value for caption in app.caption)
    assert app.button(key="import_cancel")  # the panel is folded, and the progress is seen
    app.session_state["import_now"] = ""
    app.run()
    assert not app.button(key="start_0").disabled


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "8 × 8 pixels. They are light on dark."),
        ("zh", "8 × 8 像素。它们是深底浅图。"),
    ],
)
def test_what_was_done_is_told_in_sentences_of_the_language(
    tmp_path: Path, lang: Language, said: str
) -> None:
    data = keep(tmp_path, told={"inverted": False})
    with speaking(lang):
        assert look._facts(cache.collection().own("", data.digest)).endswith(said)


def test_a_link_to_what_is_not_here_says_which_and_offers_to_bring_it() -> None:
    app = opened(pictures="ab" * 32, called="my birds")
    assert not app.exception
    said = " ".join(warning.value for warning in app.warning)
    assert "`my birds` is not on this server" in said
    assert "abababababab" in said
    assert app.get("file_uploader")
    assert app.button(key="start_0").disabled


def test_what_is_ones_own_can_be_taken_along_and_deleted_and_comes_back(tmp_path: Path) -> None:
    data = keep(tmp_path)
    app = opened(pictures=data.digest)
    app.button(key="pictures_button").click().run()
    assert "set_delete" in keys(app)
    app.button(key="set_delete").click().run()
    assert cache.collection().listed("") == []
    assert "pictures" not in app.query_params
    app.button(key=f"undo_set_{data.digest[:12]}").click().run()
    assert [kept.data for kept in cache.collection().listed("")] == [data]


def test_on_a_shared_server_others_train_on_it_by_its_link_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = keep(tmp_path, owner="somebody")
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    monkeypatch.setattr(steering, "_held", lambda: {"key": "c" * 64, "secrets": {}})
    app = opened(pictures=data.digest)
    app.button(key="pictures_button").click().run()
    assert not app.button(key="start_0").disabled
    assert "set_delete" not in keys(app)
    assert not app.get("download_button")
    app = opened()
    app.button(key="pictures_button").click().run()
    assert "birds" not in str(app.get("button_group")[0].proto)
    assert cache.collection().listed(steering.owner()) == []


@pytest.mark.parametrize("act", ["_delete", "_restore", "file"])
def test_a_callback_of_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    data = keep(tmp_path, owner="somebody")
    kept = cache.collection().own("somebody", data.digest)
    monkeypatch.setattr(steering, "owner", lambda: "another")
    monkeypatch.setattr(look, "owner", steering.owner)
    monkeypatch.setattr(st, "session_state", {look._DELETED: {data.digest: "x"}})
    calls: dict[str, Any] = {
        "_delete": lambda: look._delete(kept, None),  # type: ignore[arg-type]
        "_restore": lambda: look._restore(data.digest, None),  # type: ignore[arg-type]
        "file": lambda: cache.collection().file_of(steering.owner(), data.digest),
    }
    with pytest.raises(DatasetMissing):
        calls[act]()
    assert cache.collection().own("somebody", data.digest) == kept
    assert look.own_set(data) is None
