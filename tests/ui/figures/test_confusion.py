"""What the confusion figure shows: the counts, the shares, and the cell that was chosen."""

from __future__ import annotations

import numpy as np

from softmax_ui.figures.confusion import confusion_figure

COUNTS = np.array([[3, 1, 0], [0, 0, 0], [2, 2, 4]])


def drawn(**changes: object):
    return confusion_figure(
        COUNTS, ["a", "b", "c"], true_title="true", predicted_title="predicted", **changes
    )


def test_rows_are_true_classes_and_columns_predicted_ones() -> None:
    heatmap = drawn().data[0]
    assert list(heatmap.text[0]) == ["3", "1", "0"]
    assert heatmap.customdata.tolist() == COUNTS.tolist()
    layout = drawn().layout
    assert (layout.yaxis.title.text, layout.xaxis.title.text) == ("true", "predicted")
    assert layout.yaxis.ticktext == ("a", "b", "c")


def test_the_first_class_is_the_uppermost_row() -> None:
    assert drawn().layout.yaxis.autorange == "reversed"


def test_the_colour_is_the_share_of_the_row_and_an_empty_row_has_none() -> None:
    shares = drawn().data[0].z
    assert shares.tolist() == [[0.75, 0.25, 0.0], [0.0, 0.0, 0.0], [0.25, 0.25, 0.5]]


def test_shares_are_written_in_percent() -> None:
    assert list(drawn(shares=True).data[0].text[0]) == ["75", "25", "0"]


def test_the_chosen_cell_is_framed() -> None:
    (frame,) = drawn(chosen=(2, 1)).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, 1.5, 2.5)
    assert not drawn().layout.shapes
