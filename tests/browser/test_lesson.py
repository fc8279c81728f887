"""The lesson in a real browser: predict, look, go on, and take the numbers along."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.quiet import scrolled_to

HEIGHT = "node => node.getBoundingClientRect().height"
MOVED = "node => Promise.all(node.getAnimations().map((each) => each.finished))"


def opened(page: Page, base: str, settled, query: str) -> None:
    page.goto(f"{base}/lesson?{query}")
    expect(page.locator(".st-key-neighbours")).to_be_visible()
    settled(page)


def test_a_typed_answer_arrives_with_the_click_that_commits_it(
    page: Page, base_url: str, settled
) -> None:
    opened(page, base_url, settled, "step=jacobian")
    question = page.locator(".st-key-question_off_diagonal")
    expect(question.get_by_text("How this was graded")).to_have_count(0)
    question.locator("input").fill("-0.125")
    question.get_by_role(
        "button", name="Check my answer"
    ).click()  # neither Enter nor Tab before it
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    question.get_by_text("How this was graded").click()
    expect(question.get_by_text("def off_diagonal")).to_be_visible()


def test_enter_in_the_field_checks_the_answer(page: Page, base_url: str, settled) -> None:
    opened(page, base_url, settled, "step=jacobian")
    expect(page.locator(".st-key-menu a[aria-current=page]")).to_be_visible()  # our code has come
    question = page.locator(".st-key-question_off_diagonal")
    question.locator("input").press("Enter")
    expect(question.get_by_text("Give an answer first")).to_be_visible()
    settled(page)
    question.locator("input").fill("0.125")
    question.locator("input").press("Enter")
    expect(question.get_by_text("Try once more")).to_be_visible()
    expect(question.locator("input")).to_be_focused()
    settled(page)
    question.locator("input").fill("-1/8")
    question.locator("input").press("Enter")
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    expect(question).to_be_focused()
    field = page.get_by_label("logit of chick")  # a field of no question is taken, and that is all
    field.fill("0")
    field.press("Enter")
    settled(page)
    expect(page.locator(".st-key-question_column_sum").get_by_role("alert")).to_have_count(0)


def test_the_demonstration_comes_with_the_answer_and_moves(
    page: Page, base_url: str, settled
) -> None:
    opened(page, base_url, settled, "step=softmax&o=1,0,0&t=0")
    question = page.locator(".st-key-question_scale")
    expect(question.get_by_role("slider")).to_have_count(0)
    question.get_by_text("It grows").click()
    question.get_by_role("button", name="Check my answer").click()
    largest = question.locator(".class-bars .slot").first
    expect(largest.locator(".value")).to_have_text("0.787")
    low = largest.locator(".bar").evaluate(HEIGHT)
    question.get_by_role("slider").press("End")
    expect(largest.locator(".value")).to_have_text("0.987")
    largest.locator(".bar").evaluate(MOVED)
    high = largest.locator(".bar").evaluate(HEIGHT)
    assert high / low == pytest.approx(0.987 / 0.787, rel=0.02)


def test_the_first_section_is_there_without_plotly(page: Page, base_url: str, settled) -> None:
    opened(page, base_url, settled, "o=0,0,0&t=1")
    bars = page.locator(".st-key-one_hot .slot")
    expect(bars.locator(".value")).to_have_text(["0", "0.333", "1", "0.333", "0", "0.333"])
    first = bars.locator(".bar").first.evaluate("node => { node.mark = 1; return node.mark }")
    page.get_by_label("logit of chick").fill("ln 2")
    page.get_by_label("logit of chick").press("Enter")
    expect(bars.locator(".value").nth(1)).to_have_text("0.5")
    assert bars.locator(".bar").first.evaluate("node => node.mark") == first  # the same node
    # It may be laid ready for other sections by then; it has not been run.
    assert page.evaluate("globalThis.Plotly === undefined")


def test_a_number_of_the_network_redraws_it_and_goes_into_the_link(
    page: Page, base_url: str, settled
) -> None:
    opened(page, base_url, settled, "step=network")
    figure = ".st-key-network .js-plotly-plot"
    expect(page.locator(figure)).to_be_visible()
    weight = page.get_by_label("yellow down → chick")
    weight.fill("20")
    weight.press("Enter")
    page.wait_for_function(
        "selector => { const nodes = document.querySelector(selector).data.at(-1);"
        " return nodes.text[0].includes('2</b>') && !nodes.text[0].includes('-') }",
        arg=figure,
    )
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["w"][0].startswith("20,")


def test_the_playground_opens_with_the_lessons_logits(page: Page, base_url: str, settled) -> None:
    opened(page, base_url, settled, "step=gradient&o=0.25,-1.5,3&t=2")
    page.get_by_text("Drag these logits in the playground").click()
    page.wait_for_url("**/logit_playground?**")
    assert parse_qs(urlsplit(page.url).query)["o"] == ["0.25,-1.5,3"]
    assert parse_qs(urlsplit(page.url).query)["t"] == ["2"]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_contents_lead_on_in_a_wide_and_in_a_narrow_window(
    open_page, base_url: str, settled, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    opened(page, base_url, settled, "step=jacobian&lang=zh&o=-40,40,39.5")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 961:
        expect(page.locator(".st-key-lesson_contents")).to_be_hidden()
        page.locator(".st-key-lesson_popover button").first.click()
        page.locator(".st-key-pick_norm button").click()
    else:
        expect(page.locator(".st-key-lesson_popover")).to_be_hidden()
        page.locator(".st-key-go_norm button").click()
    expect(page.get_by_role("heading", name="梯度还剩多少")).to_be_visible()
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["step"] == ["norm"]


def test_the_contents_show_the_section_that_is_open(open_page, base_url: str, settled) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    opened(page, base_url, settled, "step=concise")
    contents = page.locator(".st-key-lesson_contents")
    top = contents.evaluate("node => node.getBoundingClientRect().top")
    for section, lead in (("concise", ""), ("own_birds", ".st-key-next"), ("network", "go")):
        if lead == "go":
            contents.evaluate("node => { node.scrollTop = 0 }")
            lead = f".st-key-go_{section}"
        if lead:
            page.locator(f"{lead} button").click()
        expect(page.locator(f".st-key-section_{section} h1")).to_be_in_viewport()
        settled(page)
        line = contents.locator(f".st-key-go_{section}")
        expect(line).to_be_in_viewport(ratio=1)
        assert line.evaluate("node => node.getBoundingClientRect().top") >= top - 1
    assert contents.evaluate("node => node.scrollTop") == 0  # what was in view has not moved


def test_what_is_said_of_a_row_stands_below_its_field(open_page, base_url: str, settled) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    opened(page, base_url, settled, "step=net")
    fields = [page.get_by_label(f"W[{k}]", exact=True) for k in range(4)]
    before = [field.bounding_box() for field in fields]
    fields[1].fill("0.5,0.25,0")
    fields[1].press("Enter")
    said = page.locator(".st-key-matrix_W").get_by_text("Read as")
    expect(said).to_be_visible()
    assert [field.bounding_box() for field in fields] == before
    box, field = said.bounding_box(), before[1]
    assert box
    assert field
    assert box["y"] >= field["y"] + field["height"]
    assert field["x"] - 10 <= box["x"] <= field["x"] + 10


def test_a_refusal_below_one_field_leaves_its_neighbours_in_line(
    page: Page, base_url: str, settled
) -> None:
    opened(page, base_url, settled, "step=softmax_code")
    question = page.locator(".st-key-question_overflow")
    question.get_by_role("button", name="Show me").click()
    first, second = (question.get_by_label(f"o[{k}]", exact=True) for k in (0, 1))
    first.fill("1e9")
    first.press("Enter")
    expect(question.get_by_text("does not work here")).to_be_visible()
    settled(page)
    assert first.evaluate(IN_VIEW) == pytest.approx(second.evaluate(IN_VIEW), abs=1)


IN_VIEW = "node => node.getBoundingClientRect().top"
MENU = 56


@pytest.mark.parametrize("width", [390, 1280])
def test_every_section_opens_at_its_title_and_is_a_step_in_the_history(
    open_page, base_url: str, settled, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(base_url)
    settled(page)
    opened(page, base_url, settled, "step=network")
    titles = []
    for section in ("softmax", "jacobian"):
        page.locator(".st-key-next button").click()
        title = page.locator(f".st-key-section_{section} h1")
        expect(title).to_be_focused()
        settled(page)
        assert 0 <= title.evaluate(IN_VIEW) < 300
        titles.append(title.inner_text())
    page.go_back()
    expect(page.locator("h1")).to_have_text(titles[0])
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["step"] == ["softmax"]
    page.go_back()
    expect(page.locator(".st-key-section_network h1")).to_be_focused()
    settled(page)
    page.go_forward()
    expect(page.locator("h1")).to_have_text(titles[0])
    settled(page)
    page.go_back()
    expect(page.locator(".st-key-section_network h1")).to_be_focused()
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Softmax Explorer")).to_be_visible()


def test_a_run_from_before_back_does_not_write_its_section_over_the_one_that_is_open(
    page: Page, base_url: str, settled
) -> None:
    held: list[str | bytes] = []
    holding = False

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def from_server(message: str | bytes) -> None:
            if holding and (held or b"step=jacobian" in message):
                held.append(message)
            else:
                socket.send(message)

        def from_page(message: str | bytes) -> None:
            nonlocal holding
            server.send(message)
            if held and b"returned" in message:
                holding = False
                for late in held:
                    socket.send(late)
                held.clear()

        server.on_message(from_server)
        socket.on_message(from_page)

    page.route_web_socket("**/_stcore/stream", relay)
    opened(page, base_url, settled, "step=network")
    page.locator(".st-key-next button").click()
    expect(page.locator(".st-key-section_softmax h1")).to_be_focused()
    settled(page)
    holding = True
    page.locator(".st-key-next button").click()
    expect(page.locator(".st-key-section_jacobian h1")).to_be_focused()
    for _wait in range(500):
        if not held:
            page.wait_for_timeout(20)
    assert held  # the address with the section that Back leaves is on its way
    page.go_back()
    expect(page.locator(".st-key-section_softmax h1")).to_be_focused()
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["step"] == ["softmax"]
    page.go_back()
    expect(page.locator(".st-key-section_network h1")).to_be_focused()


def test_answers_and_section_are_found_again_on_the_device(
    open_page, base_url: str, settled, tmp_path: Path
) -> None:
    page = open_page()
    opened(page, base_url, settled, "step=jacobian&o=1,0,0")
    question = page.locator(".st-key-question_off_diagonal")
    question.locator("input").fill("-0.125")
    question.get_by_role("button", name="Check my answer").click()
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    settled(page)
    page.reload()
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    page.goto(base_url)
    page.get_by_text("Continue the lesson at section 4").click()
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    opened(page, base_url, settled, "")
    page.get_by_role("button", name="Continue at 4.").click()
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    page.get_by_text("Your answers: 1 of").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    page.get_by_role("button", name="Forget my answers").click()
    expect(question.get_by_role("button", name="Check my answer")).to_be_visible()
    settled(page)
    page.reload()
    expect(question.get_by_role("button", name="Check my answer")).to_be_visible()
    settled(page)
    page.get_by_text("Your answers: 0 of").click()
    page.locator(".st-key-answers_file input").set_input_files(file)
    expect(page.get_by_text("Answers taken from the file: 1")).to_be_visible()
    expect(question.get_by_text("Right: −0.125")).to_be_visible()


def test_the_selector_shows_the_truth_that_the_formulas_use(
    page: Page, base_url: str, settled
) -> None:
    opened(page, base_url, settled, "t=2")
    page.locator(".st-key-go_network button").click()
    page.get_by_label("yellow down → chick").press("ArrowUp")
    settled(page)
    page.locator(".st-key-go_gradient button").click()
    expect(page.locator(".st-key-section_gradient h1")).to_be_visible()
    settled(page)
    expect(page.locator(".st-key-own_numbers").get_by_role("combobox")).to_have_value("goose")


def test_a_button_that_goes_away_when_it_is_pressed_leaves_the_focus_near_it(
    open_page, base_url: str, settled
) -> None:
    page = open_page()
    opened(page, base_url, settled, "step=jacobian")
    expect(page.locator(".st-key-menu a[aria-current=page]")).to_be_visible()  # our code has come
    question = page.locator(".st-key-question_off_diagonal")

    def press(name: str) -> None:
        page.get_by_role("button", name=name).first.press("Enter")

    press("Show me")
    expect(question.get_by_text("The answer: −0.125")).to_be_visible()
    expect(question).to_be_focused()
    press("Ask me again")
    field = question.get_by_role("textbox")
    expect(field).to_be_visible()
    expect(question).to_be_focused()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    field.fill("-1/8")
    press("Check my answer")
    expect(question.get_by_text("Right: −0.125")).to_be_visible()
    expect(question).to_be_focused()
    page.get_by_text("Your answers: 1 of").click()
    press("Forget my answers")  # which is switched off then
    expect(page.locator(".st-key-kept_answers")).to_be_focused()
    settled(page)
    opened(page, base_url, settled, "")
    press("Continue at 4.")
    expect(page.locator(".st-key-section_jacobian h1")).to_be_focused()
    page.locator(".st-key-go_categories button").click()
    expect(page.locator(".st-key-section_categories h1")).to_be_focused()
    settled(page)
    expect(page.locator(".st-key-section_categories h1")).to_be_focused()


def test_fields_that_are_built_late_show_their_numbers(page: Page, base_url: str) -> None:
    held: list[Route] = []
    page.route("**/TextInput.*.js", lambda route: held.append(route))
    page.goto(f"{base_url}/lesson?step=net")
    page.locator(".st-key-commit_one_hot_row button").click()  # the script runs once more
    expect(page.get_by_text("Give an answer first")).to_be_visible()
    for route in held:
        route.continue_()
    for label, row in (("X[0]", "1, 0, 0, 0"), ("W[1]", "0.5, 0, -0.5"), ("b", "0, 0, 0")):
        expect(page.get_by_label(label, exact=True)).to_have_value(row)


@pytest.mark.parametrize("section", ["norm", "gradient"])
def test_a_formula_fits_on_a_phone(open_page, base_url: str, settled, section: str) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, base_url, settled, f"step={section}")
    formulas = page.locator(".katex-display")
    expect(formulas.first).to_be_visible()
    assert formulas.evaluate_all(
        "all => all.every(each => each.scrollWidth <= each.clientWidth + 4)"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_to_another_page_is_read_whole_on_a_phone(
    open_page, base_url: str, settled, language: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, base_url, settled, f"step=likelihood&lang={language}")
    link = page.locator(".st-key-lesson_section a[data-testid=stPageLink-NavLink] p")
    expect(link).to_contain_text("0.9")
    whole = "node => node.scrollWidth <= node.parentElement.parentElement.clientWidth"
    assert link.evaluate(whole)
    assert link.evaluate("node => node.getBoundingClientRect().right <= innerWidth")


def test_options_and_crosses_are_large_enough_for_a_finger(
    open_page, base_url: str, settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(page, base_url, settled, "step=softmax")
    heights = page.get_by_test_id("stRadioOption").evaluate_all(
        "options => options.map((option) => option.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    question = page.locator(".st-key-question_order")
    scrolled_to(question.get_by_role("combobox")).tap()
    expect(page.get_by_role("option")).to_have_text(["chick", "duck", "goose"])  # and not all
    page.get_by_role("option", name="duck").tap()
    expect(page.get_by_role("option")).to_have_text(["chick", "goose"])
    page.keyboard.press("Escape")
    cross = question.get_by_role("button", name="Remove duck")
    expect(cross).to_be_visible()
    settled(page)
    box = cross.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 11)
    expect(cross).to_have_count(0)


def test_the_first_press_after_an_order_is_a_click(open_page, base_url: str, settled) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, base_url, settled, "step=loss")
    question = page.locator(".st-key-question_order_of_losses")
    scrolled_to(question.get_by_role("combobox")).click()
    for left, name in enumerate(("0.9, 0.05, 0.05", "0.4, 0.3, 0.3")):  # which fill a row, nearly
        page.get_by_role("option", name=name).click()
        expect(page.get_by_role("option")).to_have_count(2 - left)
    page.keyboard.press("Escape")
    settled(page)
    # A press takes the focus out of the field: what stands below may not move then, or the release
    # is on something else, and the press no click.
    button = question.get_by_role("button", name="Check my answer")
    within = "(node, field) => node.getBoundingClientRect().top - field.getBoundingClientRect().top"
    field = question.get_by_role("combobox")
    expect(field).to_be_focused()
    box = question.element_handle()
    before = button.evaluate(within, box)
    field.evaluate("node => node.blur()")
    expect(field).not_to_be_focused()
    settled(page)
    assert button.evaluate(within, box) == pytest.approx(before, abs=1)
    button.click()
    expect(question.get_by_text("1 is still missing.")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "said"), [("an eighth", "an eighth is not a number"), ("1/3", "Read as 0.333333.")]
)
def test_the_first_press_after_a_number_is_a_click(
    open_page, base_url: str, settled, typed: str, said: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, base_url, settled, "step=jacobian")
    question = page.locator(".st-key-question_off_diagonal")
    question.locator("input").fill(typed)
    button = question.get_by_role("button", name="Show me")
    button.scroll_into_view_if_needed()
    button.hover()
    page.mouse.down()  # which takes the focus out of the field
    expect(question.get_by_text(said)).to_be_visible()
    page.mouse.up()
    expect(question.get_by_text("The answer: −0.125")).to_be_visible()


def test_what_is_said_of_an_answer_comes_into_the_window(open_page, base_url: str, settled) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(page, base_url, settled, "step=likelihood")
    question = page.locator(".st-key-question_product")

    def answer(option: str) -> None:
        question.get_by_text(option).tap()
        settled(page)
        # As with a keyboard on the screen: the options are the first below the menu.
        question.get_by_role("radiogroup").evaluate(
            "(node, main) => main.scrollBy(0, node.getBoundingClientRect().top - 64)",
            page.get_by_test_id("stMain").element_handle(),
        )
        question.get_by_role("button", name="Check my answer").tap()

    answer("nan")
    expect(question.get_by_text("You said: nan")).to_be_in_viewport(ratio=1)
    assert question.get_by_text("You said: nan").evaluate(IN_VIEW) > MENU
    answer("Exactly 0")
    expect(question.get_by_text("Right: Exactly 0")).to_be_in_viewport(ratio=1)
    assert question.get_by_text("Right: Exactly 0").evaluate(IN_VIEW) > MENU
    question = page.locator(".st-key-question_mean_bits")
    button = question.get_by_role("button", name="Check my answer")
    question.locator("input").fill("two")
    button.evaluate("node => node.scrollIntoView({block: 'end'})")
    button.tap()
    expect(question.get_by_text("two is not a number")).to_be_in_viewport(ratio=1)


def test_what_grows_above_an_answer_does_not_push_it_out_of_the_window(
    open_page, base_url: str, settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, base_url, settled, "step=data")
    main = page.get_by_test_id("stMain")
    main.evaluate("node => { node.style.overflowAnchor = 'none' }")  # as Safari, which has none
    question = page.locator(".st-key-question_minibatch_shape")
    question.get_by_text("(256, 28, 28)").click()
    settled(page)
    button = question.get_by_role("button", name="Check my answer")
    button.evaluate("node => node.scrollIntoView({block: 'end'})")
    button.click()
    right = question.get_by_text("Right: (256, 28, 28)")
    expect(right).to_be_visible()
    expect(page.get_by_text("The values are shown once")).to_have_count(0)
    expect(right).to_be_in_viewport(ratio=1)
