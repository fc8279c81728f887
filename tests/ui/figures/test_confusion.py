"""What the confusion figure shows: the counts, the shares, and the cell that was chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from softmax_ui.colours import NEGATIVE, POSITIVE
from softmax_ui.figures.confusion import (
    confusion_figure,
    difference_figure,
    largest_differences,
    matrix_height,
    matrix_width,
)

COUNTS = np.array([[3, 1, 0], [0, 0, 0], [2, 2, 4]])


def drawn(**changes: Any) -> go.Figure:
    return confusion_figure(
        COUNTS,
        ["a", "b", "c"],
        true_title="true",
        predicted_title="predicted",
        recall_title="recall",
        precision_title="precision",
        **changes,
    )


def test_rows_are_true_classes_and_columns_predicted_ones() -> None:
    heatmap = drawn().data[0]
    assert list(heatmap.text[0]) == ["3", "1", "0"]
    assert heatmap.customdata.tolist() == COUNTS.tolist()
    layout = drawn().layout
    assert (layout.yaxis.title.text, layout.xaxis.title.text) == ("true", "predicted")
    assert layout.yaxis.ticktext == ("a", "b", "c", "precision")
    assert layout.xaxis.ticktext == ("a", "b", "c", "recall")


def test_the_first_class_is_the_uppermost_row() -> None:
    bottom, top = drawn().layout.yaxis.range
    assert bottom > top


def test_recall_stands_beside_the_rows_precision_below_the_columns_accuracy_between() -> None:
    text = drawn().data[1]
    written = dict(zip(zip(text.y, text.x, strict=True), text.text, strict=True))
    assert {row: written[row, 3] for row in range(3)} == {0: "75", 1: "–", 2: "50"}
    assert {column: written[3, column] for column in range(3)} == {0: "60", 1: "0", 2: "100"}
    assert written[3, 3] == "58"
    assert text.hoverinfo == "skip"  # so that a click on it chooses no cell


def test_the_colour_is_the_share_of_the_row_and_an_empty_row_has_none() -> None:
    shares = drawn().data[0].z
    assert shares.tolist() == [[0.75, 0.25, 0.0], [0.0, 0.0, 0.0], [0.25, 0.25, 0.5]]


def test_shares_are_written_in_percent() -> None:
    assert list(drawn(shares=True).data[0].text[0]) == ["75", "25", "0"]


def test_the_chosen_cell_is_framed() -> None:
    (frame,) = drawn(chosen=(2, 1)).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, 1.5, 2.5)
    assert not drawn().layout.shapes


def test_a_difference_has_its_signs_in_words_and_colours() -> None:
    other = np.array([[4, 0, 0], [0, 0, 0], [3, 1, 4]])
    figure = difference_figure(
        COUNTS, other, ["a", "b", "c"], true_title="true", predicted_title="predicted"
    )
    (heatmap,) = figure.data
    assert heatmap.z.tolist() == [[-25, 25, 0], [0, 0, 0], [-12.5, 12.5, 0]]
    assert list(heatmap.text[0]) == ["−25", "+25", ""]
    assert (heatmap.zmin, heatmap.zmax) == (-25, 25)
    assert [colour for at, colour in heatmap.colorscale if at in (0, 1)] == [NEGATIVE, POSITIVE]
    assert figure.layout.xaxis.ticktext == ("a", "b", "c")


def test_the_largest_differences_are_named_first() -> None:
    other = np.array([[4, 0, 0], [0, 0, 0], [3, 1, 4]])
    assert largest_differences(COUNTS, other, 3) == [(0, 0, -25), (0, 1, 25), (2, 0, -12.5)]
    assert largest_differences(COUNTS, COUNTS, 3) == []


def test_of_many_classes_the_cells_keep_their_size_and_what_is_zero_is_empty() -> None:
    names = [f"<b>class number {k}</b>" for k in range(26)]
    counts = np.diag(np.arange(26))
    figure = confusion_figure(
        counts,
        names,
        true_title="true",
        predicted_title="predicted",
        recall_title="recall",
        precision_title="precision",
    )
    written = figure.data[0].text
    assert written[3][3] == "3"
    assert written[3][4] == ""
    ticks = figure.layout.yaxis.ticktext
    assert len(ticks) == 27
    assert all(
        tick.startswith("&lt;b&gt;class number") and tick.endswith("…") for tick in ticks[:26]
    )
    assert figure.data[0].hovertext[3][4] == f"{ticks[3]} → {ticks[4]}"
    # A cell has room for its number, on a phone too, where one scrolls sideways.
    assert matrix_width(26) >= 26 * 20
    assert matrix_height(26) >= 26 * 20
    assert matrix_width(10) == 0


def test_letters_need_not_slant() -> None:
    def angle(names: list[str]) -> float:
        return float(
            confusion_figure(
                np.eye(len(names), dtype=np.int64),
                names,
                true_title="t",
                predicted_title="p",
                recall_title="recall %",
                precision_title="precision %",
            ).layout.xaxis.tickangle
        )

    assert (angle(["A", "B"]), angle(["duck", "goose"])) == (0, -60)
