"""The still figures of the vanishing-gradient page, by what is in them."""

from __future__ import annotations

from softmax_ui.figures.landscape import JACOBIAN
from softmax_ui.figures.saturation import maximum_figure, relatives_figure
from tests.ui.figures.words import WORDS


def test_the_maximum_is_drawn_over_the_classes():
    figure = maximum_figure([2, 10, 1000], [0.5, 0.9, 0.999], [2, 1000], WORDS)
    assert list(figure.data[0].x) == [2, 10, 1000]
    assert list(figure.data[0].y) == [0.5, 0.9, 0.999]
    assert figure.layout.xaxis.type == "log"
    assert figure.data[0].line.color == JACOBIAN
    assert list(figure.data[1].x) == list(figure.layout.xaxis.tickvals) == [2, 1000]
    assert list(figure.data[1].text) == ["0.5", "0.999"]


def test_the_relatives_lie_over_each_other():
    series = {1: [0, 0.5], 2: [0, 0.6], 4: [0, 0.65], 16: [0, 0.68]}
    words = {**dict.fromkeys(("probability", "nats"), ""), "entropy": "H", "gini": "G",
             "jacobian": "J", "terms": "{n} terms"}  # fmt: skip
    figure = relatives_figure([0, 0.5], [0, 0.69], series, [0, 0.5], words)
    names = [trace.name for trace in figure.data]
    assert names == ["H", "G", "2 terms", "4 terms", "16 terms", "J"]
    assert list(figure.data[1].y) == list(figure.data[5].y)
    assert len({trace.line.dash for trace in figure.data[2:5]}) == 3
