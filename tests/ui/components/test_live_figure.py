"""What the python side of a live figure ships, and what it believes of what comes back."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import plotly
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui.components.live_figure import Selection, figure_json, library, selection_from


def test_figure_ships_its_data_without_a_template() -> None:
    figure = go.Figure(go.Scatter(y=np.arange(400.0)), go.Layout(template="plotly_dark"))
    shipped = figure_json(figure)
    assert "template" not in json.loads(shipped)["layout"]
    assert json.loads(shipped)["data"][0]["y"]["dtype"] == "f8"
    assert len(shipped) < 400 * 8 * 4 / 3 + 200
    assert figure.layout.template.layout.paper_bgcolor  # the caller's figure is left as it was


def test_selection_is_believed_only_as_far_as_it_is_one() -> None:
    report = {"curve": 1, "point": 3, "x": 2.5, "y": "Shirt", "custom": [7, "a"]}
    assert selection_from(report) == Selection(1, 3, 2.5, "Shirt", [7, "a"])


@pytest.mark.parametrize(
    "report",
    [None, "x", [], {}, {"curve": 1}, {"curve": 1, "point": "0"}, {"curve": 1.5, "point": 0},
     {"curve": 0, "point": ["<b>", 1]}],
)  # fmt: skip
def test_what_is_no_selection_is_none(report: object) -> None:
    assert selection_from(report) is None


def test_library_is_the_installed_one_and_replaces_another_version(tmp_path: Path) -> None:
    installed = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    target = tmp_path / "static" / library.NAME
    target.parent.mkdir()
    target.write_text("an older version")
    address = library._place(target, (installed,), plotly.__version__)
    assert target.read_bytes() == installed.read_bytes()
    assert address == f"app/static/plotly.min.js?v={plotly.__version__}"
    assert [path.name for path in target.parent.iterdir()] == [library.NAME]


def test_a_module_of_several_files_is_served_as_one(tmp_path: Path) -> None:
    parts = (tmp_path / "one.js", tmp_path / "two.js")
    for number, part in enumerate(parts, 1):
        part.write_text(f"const n{number} = {number}")
    target = tmp_path / "static" / "two.js"
    assert library._place(target, parts, "1") == "app/static/two.js?v=1"
    assert target.read_text() == "const n1 = 1\nconst n2 = 2"


def test_in_a_folder_that_cannot_be_written_a_module_is_sent_along(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "static").write_text("a file where the folder should be")
    module = tmp_path / "module.js"
    module.write_text("export const n = 1")
    address = library._place(tmp_path / "static" / "module.js", (module,), "1")
    assert address.startswith("data:text/javascript;base64,")
    assert base64.b64decode(address.partition(",")[2]).decode() == "export const n = 1"
    assert "cannot be written" in caplog.text


def test_a_large_library_is_not_sent_along(tmp_path: Path) -> None:
    (tmp_path / "static").write_text("a file where the folder should be")
    large = tmp_path / "large.js"
    large.write_text("1;" * 1_000_000)
    assert library._place(tmp_path / "static" / "large.js", (large,), "1").startswith("app/static/")


def test_live_figure_gives_the_browser_the_description_and_the_height() -> None:
    def page() -> None:
        import plotly.graph_objects as go

        from softmax_ui.components.live_figure import live_figure

        live_figure(go.Figure(go.Bar(y=[1, 2])), key="bars", alt="Two bars.", height=210)

    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    sent = json.loads(
        component.proto.mixed.json if component.proto.HasField("mixed") else component.proto.json
    )
    assert (sent["alt"], sent["height"], sent["selects"]) == ("Two bars.", 210, False)
    assert json.loads(sent["figure"])["data"][0]["type"] == "bar"


def test_the_script_that_goes_along_with_every_change_is_short() -> None:
    folder = Path(library.__file__).parent
    assert len((folder / "component.js").read_bytes()) < 600
    assert "export function render" in (folder / "live_figure.js").read_text(encoding="utf-8")
