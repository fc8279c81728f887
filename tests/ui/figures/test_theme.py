"""The layout all figures share stays quiet, and what is asked of it wins."""

from __future__ import annotations

import plotly.graph_objects as go

from softmax_ui.figures.theme import quiet_layout, template


def test_layout_leaves_colours_and_fonts_to_the_page() -> None:
    layout = quiet_layout()
    assert layout.paper_bgcolor is None
    assert layout.plot_bgcolor is None
    assert layout.font.family is None
    assert layout.xaxis.gridcolor is None


def test_changes_win_and_the_rest_stays() -> None:
    layout = quiet_layout(xaxis_title_text="step", hovermode="x unified", margin_l=40)
    assert (layout.xaxis.title.text, layout.hovermode) == ("step", "x unified")
    assert (layout.margin.l, layout.margin.r, layout.xaxis.automargin) == (40, 8, True)


def test_dark_template_is_light_ink_on_dark_paper() -> None:
    def brightness(colour: str) -> int:
        return sum(bytes.fromhex(colour[1:]))

    for dark in (False, True):
        layout = go.Figure(layout={"template": template(dark)}).layout.template.layout
        assert (brightness(layout.font.color) > brightness(layout.paper_bgcolor)) is dark
