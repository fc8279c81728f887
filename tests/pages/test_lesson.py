"""The lesson's page, as the server builds it."""

from __future__ import annotations

import re
import sys
import threading
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from softmax_core.errors import DataNotFound
from softmax_ui import cache
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.review import ten
from softmax_ui.screens.lesson.running import load_optimisers

HOME = str(Path(__file__).parents[2] / "app.py")


def opened(step: str, **query: str) -> AppTest:
    app = AppTest.from_file(HOME, default_timeout=60).switch_page("pages/lesson.py")
    app.query_params.update({"step": step, **query})
    return app.run()


def texts(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.latex, *app.caption])


def traced(app: AppTest) -> str:
    """Return the tables of code, shapes and values, without their tags."""
    tables = [block.proto.body for block in app.get("html")]
    return unescape(re.sub(r"<[^>]+>", " ", "".join(t for t in tables if "traced" in t)))


def chosen(app: AppTest, name: str, option: str) -> AppTest:
    app.radio(key=f"answer_{name}").set_value(option).run()
    return app.button(key=f"commit_{name}").click().run()


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
        asked = {name for name in asked if not name.startswith("recall")}
        assert asked == {name for name, q in QUESTIONS.items() if q.section == step}


def test_nonsense_in_the_link_opens_the_first_section_and_says_so() -> None:
    app = opened("<b>", o="nan,1,2")
    assert app.title[0].value == "Soft categories"
    assert "step" in app.warning[0].value
    assert "o" in app.warning[0].value
    assert app.text_input(key="o_0_typed").value == "2"


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
    app.text_input(key="answer_log_two_typed").set_value("0.5").run()
    app.button(key="commit_log_two").click().run()
    assert "Right: 0.5" in app.success[0].value
    assert "so it is $2/4$" in texts(app)
    assert "def log_two" in "".join(code.value for code in app.code)


def answered(app: AppTest, name: str, text: str) -> AppTest:
    app.text_input(key=f"answer_{name}_typed").set_value(text).run()
    return app.button(key=f"commit_{name}").click().run()


def test_a_wrong_answer_is_named_has_a_second_try_and_can_be_given_again() -> None:
    app = answered(opened("jacobian"), "off_diagonal", "0.125")
    assert "You said: `0.125`." in app.info[0].value
    assert "does class 1 gain or lose?" in app.info[0].value
    assert "-0.125" not in texts(app)
    answered(app, "off_diagonal", "1/4")
    said = app.info[0].value
    assert said.startswith(
        "You said: `1/4`. That is $J_{11}$"
    )  # what was said, and not what is right
    assert said.endswith(". The answer: −0.125")
    app.button(key="again_off_diagonal").click().run()
    assert not app.info
    assert app.text_input(key="answer_off_diagonal_typed").value == ""
    answered(app, "off_diagonal", "-1/8")
    assert "Right: −0.125" in app.success[0].value


@pytest.mark.parametrize("name", ["off_diagonal", "column_sum"])
def test_the_same_wrong_answer_once_more_is_no_second_try(name: str) -> None:
    app = answered(opened("jacobian"), name, "1")
    app.button(key=f"commit_{name}").click().run()
    assert "You said: `1`." in app.info[0].value
    assert "The answer" not in app.info[0].value
    answered(app, name, "1.0")
    assert "You said: `1.0`. " in app.info[0].value
    assert "The answer: " in app.info[0].value


def test_the_solution_is_shown_to_whom_asks_for_it() -> None:
    app = opened("jacobian")
    app.button(key="show_off_diagonal").click().run()
    assert app.info[0].value == "The answer: −0.125"
    app.button(key="go_map").click().run()
    assert f"You have answered 1 of {len(QUESTIONS)} questions, 0 of them right." in texts(app)


def test_sentences_follow_each_other_in_chinese_without_spaces() -> None:
    app = opened("softmax", lang="zh")
    app.radio(key="answer_shift").set_value("grows").run()
    app.button(key="commit_shift").click().run()
    assert app.info[0].value == (
        "你的回答：变大。每个指数都扩大同样的倍数，它们的总和也是。再试一次。"
    )


def test_a_choice_reveals_the_demonstration() -> None:
    app = opened("softmax")
    assert not [slider for slider in app.slider if slider.key == "shift_c"]
    app.radio(key="answer_shift").set_value("grows").run()
    app.button(key="commit_shift").click().run()
    assert "and so does their sum" in app.info[0].value
    assert not [slider for slider in app.slider if slider.key == "shift_c"]
    app.radio(key="answer_shift").set_value("shrinks").run()
    app.button(key="commit_shift").click().run()
    assert "so does their sum. The answer: It stays the same" in app.info[0].value
    app.slider(key="shift_c").set_value(42.0).run()
    assert not app.exception


def test_an_order_counts_only_when_all_are_in_it() -> None:
    app = opened("softmax")
    app.multiselect(key="answer_order").set_value(["duck", "goose"]).run()
    app.button(key="commit_order").click().run()
    assert not app.success
    assert any("1 is still missing." in caption.value for caption in app.caption)
    app.multiselect(key="answer_order").set_value(["duck", "goose", "chick"]).run()
    app.button(key="commit_order").click().run()
    assert "duck → goose → chick" in app.success[0].value


def test_progress_is_kept_from_section_to_section() -> None:
    app = opened("parameters")
    app.text_input(key="answer_parameter_count_typed").set_value("7850.0").run()
    app.button(key="commit_parameter_count").click().run()
    for wrong in ("never", "large"):
        app.radio(key="answer_square_bias").set_value(wrong).run()
        app.button(key="commit_square_bias").click().run()
    app.button(key="go_map").click().run()
    total = len(QUESTIONS)
    assert f"You have answered 2 of {total} questions, 1 of them right." in texts(app)
    assert app.button(key="go_parameters").proto.icon == ":material/check:"


def test_an_answer_keeps_the_numbers_that_it_was_about() -> None:
    app = opened("softmax", o="1,1,1")
    app.radio(key="answer_scale").set_value("same").run()
    app.button(key="commit_scale").click().run()
    app.text_input(key="o_0_typed").set_value("5.0").run()
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
    app.text_input(key="o_1_typed").set_value("-2.5").run()
    assert "e^{-2.5}" in texts(app)
    assert app.query_params["o"] == "0,-2.5,0"


def test_the_network_computes_and_its_logits_go_on() -> None:
    app = opened("network", x="1,0,0,0", t="0")
    assert "1 \\cdot 3" in texts(app)
    app.text_input(key="w_0_typed").set_value("4.0").run()
    assert "&= 4.5" in texts(app)  # 1 · 4 and a bias of 0.5
    app.button(key="carry").click().run()
    assert app.query_params["o"] == "4.5,1,-1.5"


def test_a_step_moves_the_lessons_logits_towards_the_truth() -> None:
    app = opened("gradient", o="0,0,0", t="1")
    app.button(key="take_step").click().run()
    o = [float(value) for value in app.query_params["o"].split(",")]
    assert o == pytest.approx([-1 / 3, 2 / 3, -1 / 3])


def test_logits_that_the_lesson_does_not_take_are_not_offered_to_it() -> None:
    beyond = "100,100,-100"
    for app, key in (
        (opened("gradient", o=beyond, t="1"), "take_step"),
        (opened("network", o="1,2,3", w=",".join(["20"] * 12), x="10,10,10,10"), "carry"),
    ):
        given = app.query_params["o"]
        assert app.button(key=key).disabled
        assert "The lesson's logits go from −100 to 100" in texts(app)
        app.run()
        assert app.query_params["o"] == given


def test_the_networks_logits_go_on_to_the_playground() -> None:
    app = opened("network", o="1,2,3", x="1,0,0,0")
    links = [link.proto for link in app.get("page_link") if "Drag" in link.proto.label]
    assert parse_qs(links[0].query_string)["o"] == ["3.5,1,-1.5"]


def test_the_code_on_the_page_is_the_code_that_runs() -> None:
    shown = "".join(code.value for code in opened("loss_code").code)
    assert "def cross_entropy(" in shown
    assert "axis, target = checked_target(" in shown
    assert '"""' not in shown
    app = opened("loss_code")
    app.toggle(key="documentation_loss_code").set_value(True).run()
    assert "L = -log p_t" in "".join(code.value for code in app.code)


def test_the_notes_test_data_go_through_the_short_code_line_by_line() -> None:
    shown = traced(opened("softmax_code"))
    assert "exps = torch.exp(shifted)" in shown
    assert "row_sums = [[1.667],\n [2]]" in shown
    assert "(2, 1)" in shown
    assert "[[0.1, 0.3, 0.6],\n [0.3, 0.2, 0.5]]" in shown
    shown = traced(opened("updater"))
    assert "W.grad = [[-0.45, 0.15, 0.3],\n [0, 0, 0],\n [0, 0, 0],\n [0.15, 0.1, -0.25]]" in shown
    assert "W_grad = [[-0.45, 0.15, 0.3]" in shown


def test_what_is_typed_goes_through_the_code_and_into_the_link() -> None:
    app = opened("softmax_code")
    app.text_input(key="O0_typed").set_value("ln 2, 0, 0").run()
    assert "[[0.5, 0.25, 0.25]" in traced(app)
    assert app.query_params["O0"].startswith("0.693")
    for junk in ("1, 2", "1, 2, 3, 4", "__import__('os'), 1, 2", "1e400, 0, 0"):
        app.text_input(key="O0_typed").set_value(junk).run()
        assert not app.exception
        assert ":red[" in "".join(caption.value for caption in app.caption)
        assert "[[0.5, 0.25, 0.25]" in traced(app)


# A section, its question, an answer, and what the code or the board shows only after it.
BEHIND = [
    ("data", "minibatch_shape", "stack", "X (256, 28, 28)"),
    ("accuracy", "test_accuracy", "0.5", "predicted = [2, 2]"),
    ("concise", "linear_weight", "rows", "(3, 4)"),
    ("parameters", "square_bias", "ten", "one bias, as meant"),
    ("softmax_code", "overflow", "nan", "`naive_softmax(o)` →"),
    ("net", "twice", "some", "What is the loss if it is given"),
    ("loss_code", "finite_loss", "loss", "Move $z$ down"),
    ("evaluate", "two_batches", "lower", "Two minibatches of different size"),
    ("updater", "not_zeroed", "0.4", "by autograd: with the gradient zeroed"),
    ("data", "last_minibatch", "96", "235 steps an epoch"),
    ("generalization", "memorize", "parted", "Take fewer and fewer"),
    ("generalization", "best_of_ten", "high", "trained on it"),
    ("prediction", "diagnosis", "ill", "Move the numbers"),
]


@pytest.mark.parametrize(("step", "question", "answer", "shown"), BEHIND)
def test_every_demonstration_stands_behind_its_question(
    step: str, question: str, answer: str, shown: str
) -> None:
    app = opened(step)
    assert shown not in texts(app) + traced(app)
    give = answered if QUESTIONS[question].kind == "number" else chosen
    give(app, question, answer)
    assert not app.exception
    assert shown in texts(app) + traced(app)


def test_few_pictures_part_the_losses() -> None:
    app = chosen(opened("generalization"), "memorize", "parted")
    far = float(app.metric[2].value)
    app.select_slider(key="few").set_value(50).run()
    assert not app.exception
    assert float(app.metric[2].value) > far + 0.5
    app.button(key="few_all").click().run()
    assert not app.exception


def test_the_three_lines_learn_what_the_short_code_learns() -> None:
    app = chosen(opened("concise"), "linear_weight", "rows")
    app.button(key="both_ways").click().run()
    tables = [block.proto.body for block in app.get("html") if "One epoch" in block.proto.body]
    apart = [float(each) for each in re.findall(r"<td>(\d\.\de[-+]\d+)</td>", tables[0])]
    assert len(apart) == 2
    assert max(apart) < 1e-5


def test_torchs_optimisers_are_loaded_once_while_the_question_is_read() -> None:
    load_optimisers.cache_clear()
    for _time in range(2):
        opened("concise")
    assert load_optimisers.cache_info().misses == 1
    for thread in threading.enumerate():
        if thread.name == "optimisers":
            thread.join()
    assert "torch._dynamo" in sys.modules


def test_reading_is_measured_at_a_click() -> None:
    app = opened("data")
    app.button(key="read_them").click().run()
    assert not app.exception
    assert "pictures a second" in "".join(block.proto.body for block in app.get("html"))


@pytest.mark.parametrize(
    ("section", "button", "shown"),
    [
        ("data", "read_them", "pictures a second"),
        ("training", "run_them", "The loss of each minibatch"),
        ("prediction", "predict_six", "Test accuracy"),
        ("concise", "both_ways", "6,000 pictures, 24 steps"),
    ],
)
def test_what_a_button_brought_stays_when_something_else_is_pressed(
    section: str, button: str, shown: str
) -> None:
    def seen(app: AppTest) -> str:
        parts = [*app.get("html"), *app.get("bidi_component")]
        return texts(app) + "".join(str(each.proto) for each in parts)

    app = opened(section)
    if section == "concise":
        app = chosen(app, "linear_weight", "rows")
    assert shown not in seen(app)
    app.button(key=button).click().run()
    assert not app.exception
    assert shown in seen(app)
    app.run()
    assert shown in seen(app)


def test_steps_that_were_run_leave_with_the_numbers_that_they_were_run_with() -> None:
    app = opened("training")
    app.button(key="run_them").click().run()
    app.text_input(key="run_steps_typed").set_value("2").run()
    losses = "The loss of each minibatch"
    assert not any(losses in str(each.proto) for each in app.get("bidi_component"))


def test_what_is_tried_follows_its_inputs() -> None:
    app = chosen(opened("parameters"), "square_bias", "ten")
    assert "one bias, as meant" in texts(app)
    app.selectbox(key="try_bias_shape").set_value("(10, 10)").run()
    assert "torch refuses" in texts(app)
    app.selectbox(key="try_bias_batch").set_value(10).run()
    assert "No error, and yet it is wrong" in texts(app)


def test_overflow_is_seen_in_the_type_that_is_chosen() -> None:
    app = chosen(opened("softmax_code"), "overflow", "nan")
    app.text_input(key="try_logit_0_typed").set_value("100.0").run()
    assert "`naive_softmax(o)` → `[nan, 0, 0]`" in texts(app)
    app.selectbox(key="try_type").set_value("float64").run()
    assert "nan" not in texts(app).split("naive_softmax(o)` →")[1].split("\n")[0]


def test_a_minibatch_is_added_as_it_stands_in_the_fields() -> None:
    app = opened("accumulator")
    right, size, add = (
        app.text_input(key="try_right_typed"),
        app.text_input(key="try_size_typed"),
        app.button(key="try_add"),
    )
    right.set_value("3")  # which arrive with the click, as when nothing takes the focus before
    size.set_value("10")
    add.click().run()
    assert "`metric.data` → `[3, 10]`" in texts(app)
    size.set_value("many")
    add.click().run()
    assert "`metric.data` → `[3, 10]`" in texts(app)
    size.set_value("2")
    add.click().run()
    assert "`metric.data` → `[5, 12]`" in texts(app)
    assert app.text_input(key="try_right_typed").value == "2"  # of two pictures no three are right


def test_nothing_is_run_with_a_number_that_was_not_taken() -> None:
    def is_drawn(app: AppTest) -> bool:
        figures = app.get("bidi_component")
        return any("The loss of each minibatch" in each.proto.json for each in figures)

    app = opened("training")
    app.text_input(key="run_steps_typed").set_value("0")
    app.button(key="run_them").click().run()
    assert "it must be a whole number from 1 to 235" in texts(app)
    assert not is_drawn(app)
    app.text_input(key="run_steps_typed").set_value("2")
    app.button(key="run_them").click().run()
    assert is_drawn(app)


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
    assert [app.text_input(key=f"x_{k}_typed").value for k in range(4)] == ["1", "2", "3", "4"]


def test_a_choice_is_told_to_the_browser_when_its_selector_comes_back() -> None:
    app = opened("categories", t="2")
    app.button(key="next").click().run()
    app.text_input(key="x_0_typed").set_value("0.3").run()
    app.button(key="go_gradient").click().run()
    selector = app.selectbox(key="t").proto
    assert (selector.set_value, selector.raw_value) == (True, "goose")
    app.text_input(key="o_0_typed").set_value("1").run()
    assert app.query_params["t"] == "2"


def test_what_is_kept_on_the_device_is_checked_and_graded_anew() -> None:
    from softmax_ui.screens.lesson.keeping import answers, take, written

    given = {"o": "2,1,-1", "t": "1", "x": "1,2,3,4", "w": ",".join("1" * 12), "b": "0,0,0"}
    right = {"answer": "-1/8", "tries": 1, "shown": False, "given": given}
    junk: list[object] = [
        None, 3, [], {}, {**right, "answer": 7}, {**right, "answer": "an eighth"},
        {**right, "answer": ["-1/8"]}, {**right, "answer": "1" * 300}, {**right, "given": None},
        {**right, "given": {**given, "o": "nan,1,2"}}, {**right, "answer": None},
    ]  # fmt: skip
    for entry in junk:
        assert take({"answer off_diagonal": entry}) == 0
    assert take({"answer off_diagonal": right, "answer no_such": right, 7: right}) == 1
    assert answers()["off_diagonal"].is_right
    assert written()["answer off_diagonal"] == {**right, "given": given}
    answers().clear()


def test_the_answers_of_a_review_are_kept_until_ten_others_are_drawn() -> None:
    from softmax_ui.questions.review import review_key
    from softmax_ui.screens.lesson.keeping import answers, take, written

    number = next(asked for asked in ten(7) if asked.question.kind == "number")
    name = f"answer {review_key(7, number)}"
    entry = {"answer": repr(number.right()), "tries": 1, "shown": False, "given": {}}
    others = {f"answer review {seed} {number.question.name}": entry for seed in ("0", "x", "7e9")}
    assert take({name: entry, **others, "answer review 7 no_such": entry}) == 1
    assert answers()[review_key(7, number)].is_right
    assert [*written()] == [name]
    answers().clear()

    app = opened("review", seed="7")
    answered(app, review_key(7, number), repr(number.right()))
    assert "Right" in app.success[0].value
    for asked in ten(7):
        if asked is not number:
            app.button(key=f"show_{review_key(7, asked)}").click().run()
    assert len(app.session_state["lesson_answers"]) == 10
    app.button(key="begin_review").click().run()
    assert not app.session_state["lesson_answers"]


def test_ten_questions_come_back_and_their_result_is_a_link() -> None:
    app = opened("review")
    app.button(key="begin_review").click().run()
    seed = str(app.query_params["seed"])
    for asked in ten(int(seed)):
        name, right = f"review {seed} {asked.question.name}", asked.right()
        if isinstance(right, float):
            answered(app, name, repr(right))
        else:
            app.multiselect(key=f"answer_{name}").set_value(list(right)).run()
            app.button(key=f"commit_{name}").click().run()
    assert not app.exception
    assert "You got **10 of 10** right" in texts(app)
    assert app.query_params["score"] == "10"
    assert f"seed={seed}&score=10" in app.code[-1].value
    other = opened("review", seed=seed, score="7")
    assert "**7 of 10** right" in texts(other)
    assert len(keys(other, f"commit_review {seed}")) == 10


def test_the_errata_are_read_without_an_answer_and_lead_to_their_sections() -> None:
    app = opened("errata")
    assert len(keys(app, "see_")) == 18
    assert "grad can be implicitly" in texts(app)
    app.button(key="see_vanishing").click().run()
    assert app.query_params["step"] == "gradient"


def test_the_entry_that_was_chosen_is_derived_alone() -> None:
    app = opened("jacobian", entry_i="2", entry_j="2")
    (derived,) = [block.value for block in app.latex if "partial p_" in block.value]
    assert "\\frac{\\partial p_3}{\\partial o_3}" in derived
    app.selectbox(key="entry_j").set_value(0).run()
    (derived,) = [block.value for block in app.latex if "partial p_" in block.value]
    assert "\\frac{\\partial p_3}{\\partial o_1}" in derived


def test_the_lesson_begins_with_what_the_note_and_the_course_are() -> None:
    said = texts(opened("categories", o="3,1,0"))
    assert "learner's note" in said
    assert "[4.4 Softmax Regression Implementation from Scratch (Chinese edition 3.6)]" in said
    assert "(lesson?step=errata&o=3%2C1%2C0&lang=en)" in said
    chinese = texts(opened("categories", lang="zh"))
    assert "[3.6 softmax 回归的从零开始实现（英文版 4.4）](https://zh.d2l.ai/" in chinese


def test_an_exercise_of_the_course_links_its_section() -> None:
    captions = [caption.value for caption in opened("loss").caption]
    assert any("exercise of the course, [4.1 Softmax Regression" in each for each in captions)


def test_the_maps_rows_link_their_sections() -> None:
    table = texts(opened("map"))
    assert "| [3. Softmax](lesson?step=softmax&lang=en) |" in table
    assert "| [1. Soft categories](lesson?lang=en) |" in table


def test_a_product_of_many_probabilities_underflows_and_the_sum_of_logarithms_does_not() -> None:
    app = opened("likelihood")
    app.radio(key="answer_product").set_value("zero").run()
    app.button(key="commit_product").click().run()
    app.select_slider(key="many_birds").set_value(10_000).run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown == {"the product, in float64": "0", "the sum of the logarithms": "-8490.12"}
    app.radio(key="answer_likeliest").set_value("share").run()
    app.button(key="commit_likeliest").click().run()
    app.button(key="take_shares").click().run()
    assert app.query_params["o"] == "-0.3567,-1.6094,-2.3026"


def test_the_whole_cross_entropy_of_a_one_hot_truth_is_divergence() -> None:
    app = opened("information", t="0")
    assert "&= 0.80182 + 0.047194" in texts(app)
    assert not [box for box in app.selectbox if box.key == "t"]
    app.button_group(key="what_comes").set_value("one_hot").run()
    assert "0.34901 &= 0 + 0.34901" in texts(app)


def test_the_board_of_label_smoothing_says_where_the_loss_is_smallest() -> None:
    app = opened("smoothing")
    assert "smallest at $z$ = `3.332`" in texts(app)
    app.slider(key="smoothing_amount").set_value(0.0).run()
    assert "falls for ever" in texts(app)
    assert not app.exception
