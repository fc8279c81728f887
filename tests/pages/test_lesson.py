"""The lesson's page, as the server builds it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from softmax_core.errors import DataNotFound
from softmax_ui import cache
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.screens.lesson.keeping import QUESTIONS

HOME = str(Path(__file__).parents[2] / "app.py")


def opened(step: str, **query: str) -> AppTest:
    app = AppTest.from_file(HOME, default_timeout=60).switch_page("pages/lesson.py")
    app.query_params.update({"step": step, **query})
    return app.run()


def texts(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.latex, *app.caption])


def keys(app: AppTest, prefix: str) -> list[str]:
    return [key for button in app.button if (key := button.key or "").startswith(prefix)]


@pytest.mark.parametrize("step", SECTIONS)
def test_every_section_opens(step: str) -> None:
    for language in ("en", "zh"):
        app = opened(step, lang=language)
        assert not app.exception
        assert not app.error
        assert not app.warning
        assert "<<" not in texts(app)
        assert app.title[0].value
        asked = {key.removeprefix("commit_") for key in keys(app, "commit_")}
        assert asked == {name for name, q in QUESTIONS.items() if q.section == step}


def test_nonsense_in_the_link_opens_the_first_section_and_says_so() -> None:
    app = opened("<b>", o="nan,1,2")
    assert app.title[0].value == "Soft categories"
    assert "step" in app.warning[0].value
    assert "o" in app.warning[0].value
    assert app.number_input(key="o_0").value == 2.0


def test_next_and_the_contents_lead_through_the_sections() -> None:
    app = opened("categories", o="3,1,0")
    assert not keys(app, "back")
    app.button(key="next").click().run()
    assert app.query_params["step"] == "network"
    app.button(key="go_norm").click().run()
    assert app.title[0].value == "How much derivative is left"
    assert app.query_params["o"] == "3,1,0"
    assert not keys(opened("map"), "next")


def test_a_number_is_committed_graded_and_explained_only_then() -> None:
    app = opened("softmax")
    assert "so it is $2/4$" not in texts(app)
    app.button(key="commit_log_two").click().run()
    assert any("Give an answer first" in caption.value for caption in app.caption)
    app.number_input(key="answer_log_two").set_value(0.5).run()
    app.button(key="commit_log_two").click().run()
    assert "Right: 0.5" in app.success[0].value
    assert "so it is $2/4$" in texts(app)
    assert "def log_two" in "".join(code.value for code in app.code)


def test_a_wrong_answer_is_told_kindly_and_can_be_given_again() -> None:
    app = opened("jacobian")
    app.number_input(key="answer_off_diagonal").set_value(0.125).run()
    app.button(key="commit_off_diagonal").click().run()
    assert "You said: 0.125. It is: -0.125" in app.info[0].value
    app.button(key="again_off_diagonal").click().run()
    assert not app.info
    assert "commit_off_diagonal" in keys(app, "commit_")


def test_a_choice_reveals_the_demonstration() -> None:
    app = opened("softmax")
    assert not [slider for slider in app.slider if slider.key == "shift_c"]
    app.radio(key="answer_shift").set_value("grows").run()
    app.button(key="commit_shift").click().run()
    assert "It is: It stays the same" in app.info[0].value
    app.slider(key="shift_c").set_value(42.0).run()
    assert not app.exception


def test_an_order_counts_only_when_all_are_in_it() -> None:
    app = opened("softmax")
    app.multiselect(key="answer_order").set_value(["duck", "goose"]).run()
    app.button(key="commit_order").click().run()
    assert not app.success
    app.multiselect(key="answer_order").set_value(["duck", "goose", "chick"]).run()
    app.button(key="commit_order").click().run()
    assert "duck → goose → chick" in app.success[0].value


def test_progress_is_kept_from_section_to_section() -> None:
    app = opened("parameters")
    app.number_input(key="answer_parameter_count").set_value(7850.0).run()
    app.button(key="commit_parameter_count").click().run()
    app.radio(key="answer_square_bias").set_value("never").run()
    app.button(key="commit_square_bias").click().run()
    app.button(key="go_map").click().run()
    total = len(QUESTIONS)
    assert f"You have answered 2 of {total} questions, 1 of them right." in texts(app)
    assert app.button(key="go_parameters").proto.icon == ":material/check:"


def test_an_answer_keeps_the_numbers_that_it_was_about() -> None:
    app = opened("softmax", o="1,1,1")
    app.radio(key="answer_scale").set_value("same").run()
    app.button(key="commit_scale").click().run()
    app.number_input(key="o_0").set_value(5.0).run()
    assert "It stays the same" in app.success[0].value
    assert "(1, 1, 1)" in texts(app)


def test_a_correction_waits_for_the_answer_that_it_would_give_away() -> None:
    app = opened("updater")
    assert "grad can be implicitly" not in texts(app)
    app.radio(key="answer_vector").set_value("refuses").run()
    app.button(key="commit_vector").click().run()
    assert "`grad can be implicitly created only for scalar outputs`" in texts(app)


def test_own_logits_are_in_every_line_and_in_the_links() -> None:
    app = opened("jacobian", o="0,1.5,0", t="2")
    assert "e^{1.5}" in texts(app)
    (link,) = [link for link in app.get("page_link") if "in the playground" in link.proto.label]
    assert parse_qs(link.proto.query_string) == {"o": ["0,1.5,0"], "t": ["2"]}
    app.number_input(key="o_1").set_value(-2.5).run()
    assert "e^{-2.5}" in texts(app)
    assert app.query_params["o"] == "0,-2.5,0"


def test_the_network_computes_and_its_logits_go_on() -> None:
    app = opened("network", x="1,0,0,0", t="0")
    assert "1 \\cdot 3" in texts(app)
    app.number_input(key="w_0").set_value(4.0).run()
    assert "&= 4.5" in texts(app)  # 1 · 4 and a bias of 0.5
    app.button(key="carry").click().run()
    assert app.query_params["o"] == "4.5,1,-1.5"


def test_a_step_moves_the_lessons_logits_towards_the_truth() -> None:
    app = opened("gradient", o="0,0,0", t="1")
    app.button(key="take_step").click().run()
    o = [float(value) for value in app.query_params["o"].split(",")]
    assert o == pytest.approx([-1 / 3, 2 / 3, -1 / 3])


def test_the_code_on_the_page_is_the_code_that_runs() -> None:
    shown = "".join(code.value for code in opened("loss_code").code)
    assert "def cross_entropy(" in shown
    assert "log_p.gather(dim" in shown
    assert '"""' not in shown
    app = opened("loss_code")
    app.toggle(key="documentation_loss_code").set_value(True).run()
    assert "L = -log p_t" in "".join(code.value for code in app.code)


def test_the_notes_test_data_go_through_the_pieces() -> None:
    shown = texts(opened("loss_code"))
    assert "`[2.303, 0.6931]`" in shown
    assert "`(2,) float32`" in shown
    assert "`[[-0.9, 0.3, 0.6], [0.3, 0.2, -0.5]]`" in texts(opened("updater"))


def test_what_is_tried_follows_its_inputs() -> None:
    app = opened("parameters")
    assert "one bias, as meant" in texts(app)
    app.selectbox(key="try_bias_shape").set_value("(10, 10)").run()
    assert "torch refuses" in texts(app)
    app.selectbox(key="try_bias_batch").set_value(10).run()
    assert "No error, and yet it is wrong" in texts(app)


def test_overflow_is_seen_in_the_type_that_is_chosen() -> None:
    app = opened("softmax_code")
    app.number_input(key="try_logit_0").set_value(100.0).run()
    assert "`naive_softmax(o)` → `[nan, 0, 0]`" in texts(app)
    app.selectbox(key="try_type").set_value("float64").run()
    assert "nan" not in texts(app).split("naive_softmax(o)` →")[1].split("\n")[0]


def test_without_the_pictures_the_lesson_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> None:
        raise DataNotFound((), "not here")

    monkeypatch.setattr(cache, "dataset", missing)
    app = opened("training")
    app.button(key="run_them").click().run()
    assert "not on this machine" in app.error[0].value
    assert "next" in keys(app, "next")


def test_another_pages_settings_of_the_same_name_do_not_get_in_the_way() -> None:
    app = opened("network", x="1,2,3,4", o="3,1,0")
    for page in ("pages/vanishing_gradient.py", "pages/numerical_precision.py"):
        for name in list(app.query_params):  # as a link of the menu leaves them behind
            del app.query_params[name]
        app.switch_page(page).run()
        assert not app.exception
        assert not app.warning
    for name in list(app.query_params):
        del app.query_params[name]
    app.switch_page("pages/lesson.py").run()
    assert not app.warning
    assert app.title[0].value == "A layer that can be drawn"
    assert [app.number_input(key=f"x_{k}").value for k in range(4)] == [1.0, 2.0, 3.0, 4.0]


def test_a_choice_is_told_to_the_browser_when_its_selector_comes_back() -> None:
    app = opened("categories", t="2")
    app.button(key="next").click().run()
    app.number_input(key="x_0").set_value(0.3).run()
    app.button(key="go_gradient").click().run()
    selector = app.selectbox(key="t").proto
    assert (selector.set_value, selector.raw_value) == (True, "goose")
    app.number_input(key="o_0").set_value(1.0).run()
    assert app.query_params["t"] == "2"
