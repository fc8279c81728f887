"""Every way to take hold of the board, in a small app that has nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, Route, expect

from softmax_core import softmax
from softmax_ui.addresses.playground import default_names
from softmax_ui.components.logit_board import BoardValue
from softmax_ui.screens.playground.numbers import board_numbers

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-12
# Two frames after a change of the window everything has its place again.
BEYOND = """async (board) => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const right = board.getBoundingClientRect().right + 1;
    return [...board.querySelectorAll('*')]
        .filter(node => !node.closest('.presets, .arrow, .carrier'))
        .filter(node => node.getBoundingClientRect().right > right)
        .map(node => node.className || node.tagName);
}"""


@pytest.fixture(scope="module")
def board_url(serve_session: Callable[..., str]) -> str:
    return serve_session("tests/browser/apps/board_app.py", {"PYTHONPATH": str(ROOT)})


@pytest.fixture
def board(page: Page, board_url: str, settled: Callable[[Page], None]) -> Page:
    page.goto(board_url)
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    return page


def held_by_python(page: Page) -> str:
    """Return what the app says that it got."""
    return page.get_by_test_id("stText").inner_text()


def expect_python(page: Page, piece: str) -> None:
    expect(page.get_by_test_id("stText")).to_contain_text(piece)


def probabilities(page: Page) -> list[float]:
    """Return all digits of what the rows show, once they have settled."""
    return [
        float(node.get_attribute("title") or "nan") for node in page.locator(".probability").all()
    ]


def centre(page: Page, selector: str, nth: int = 0) -> tuple[float, float]:
    box = page.locator(selector).nth(nth).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_everything_is_worded(board: Page) -> None:
    texts = board.locator(".board").evaluate(
        """board => [...board.querySelectorAll('*')].flatMap(node => [
            node.getAttribute('aria-label') ?? '', node.getAttribute('aria-valuetext') ?? '',
            ...[...node.childNodes].filter(child => child.nodeType === 3).map(c => c.data)])"""
    )
    assert not [text for text in texts if "{" in text or "undefined" in text or "NaN" in text]
    controls = ":is(button, input, select, textarea, [role=slider], [role=img], [role=grid])"
    unnamed = board.locator(f".board {controls}").evaluate_all(
        """nodes => nodes.filter(n => !n.getAttribute('aria-label') && !n.textContent.trim())
            .map(n => n.outerHTML)"""
    )
    assert unnamed == []


def test_numbers_move_under_the_hand_and_python_hears_when_it_lets_go(board: Page) -> None:
    x, y = centre(board, ".handle")
    before = board.locator(".probability").all_inner_texts()
    board.mouse.move(x, y)
    board.mouse.down()
    board.mouse.move(x - 60, y, steps=12)
    expect(board.locator(".probability").first).not_to_have_text(before[0])
    logit = board.locator(".logit").first.input_value()
    assert float(logit.replace("−", "-")) < 2
    board.mouse.up()
    expect_python(board, f"logits=({logit.replace('−', '-')}")


def test_a_click_on_the_track_brings_the_bar_there(board: Page) -> None:
    box = board.locator(".track").nth(2).bounding_box()
    assert box
    board.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    expect(board.locator(".logit").nth(2)).to_have_value("2.5")


def test_a_finger_drags_a_bar(
    open_page: Callable[..., Page], board_url: str, settled: Callable[[Page], None]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(board_url)
    settled(page)
    x, y = centre(page, ".handle")
    session = page.context.new_cdp_session(page)
    for kind, dx in [("touchStart", 0), ("touchMove", 20), ("touchMove", 40), ("touchMove", 60)]:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + dx, "y": y}]}
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".logit").first).not_to_have_value("2")
    logit = page.locator(".logit").first.input_value()
    assert float(logit) > 2
    expect_python(page, f"logits=({logit}")


def test_the_keyboard_does_all_that_the_hand_does_and_speaks(board: Page) -> None:
    handle = board.get_by_role("slider", name="Logit of chick")
    handle.focus()
    for key, value in [
        ("ArrowRight", "2.1"), ("ArrowDown", "2"), ("Shift+ArrowLeft", "1"),
        ("Home", "-5"), ("Shift+ArrowRight", "-4"), ("Shift+ArrowLeft", "-5"), ("Home", "-5"),
        ("End", "5"), ("End", "5"), ("ArrowRight", "5.1"), ("Shift+ArrowRight", "7.1"),
    ]:  # fmt: skip
        board.keyboard.press(key)
        expect(handle).to_have_attribute("aria-valuenow", value)
    expect(handle).to_have_attribute("aria-valuetext", "7.1, probability 0.9975")
    outline = handle.evaluate("node => getComputedStyle(node).outlineStyle")
    assert outline == "solid"
    expect_python(board, "logits=(7.1")


def test_the_axis_grows_when_the_keys_have_let_go(board: Page) -> None:
    board.get_by_role("slider", name="Logit of chick").focus()
    board.keyboard.press("End")
    handle = board.get_by_role("slider", name="Logit of chick")
    expect(handle).to_have_attribute("aria-valuemax", "5")
    board.keyboard.press("Tab")
    expect(handle).to_have_attribute("aria-valuemax", "10")


def test_streamlits_late_cleanup_of_an_older_render_leaves_the_board_alone(
    open_page: Callable[..., Page], board_url: str, settled: Callable[[Page], None]
) -> None:
    page = open_page()  # a new profile: the other one has the files

    # Two renders in quick succession: Streamlit cleans up after the first when the second stands.
    def watched(route: Route) -> None:
        response = route.fetch()
        module = response.text().replace("export default ", "const shown = ")
        module += """
            export default function show_board(props) {
                const leave = shown(props);
                globalThis.leave_first ??= leave;
                return leave;
            }"""
        route.fulfill(response=response, body=module)

    page.route("**/logit_board/component.js", watched)
    page.goto(board_url)
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    page.evaluate("leave_first()")
    page.get_by_role("slider", name="Logit of chick").focus()
    page.keyboard.press("End")
    expect_python(page, "logits=(5.0")
    settled(page)
    expect(page.locator(".logit").first).to_have_value("5")


def test_a_number_field_takes_exact_numbers_and_gives_nonsense_back(board: Page) -> None:
    field = board.get_by_role("textbox", name="Logit of duck")
    field.fill("-3.141592653589793")
    field.press("Enter")
    expect_python(board, "-3.141592653589793")
    expect(field).to_be_focused()
    field.press("Tab")
    expect(field).to_have_value("−3.1416")
    field.fill("－１．５")  # as an input method for Chinese types it
    expect_python(board, "logits=(2.0, -1.5, -1.0)")
    field.fill("-3.141592653589793")
    field.fill("1e999")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Tab")
    expect(field).to_have_value("−3.1416")


def test_a_number_field_says_what_it_could_not_take(board: Page) -> None:
    field, misread = board.get_by_role("textbox", name="Logit of duck"), board.locator(".misread")
    field.click()
    board.keyboard.type("-1/8")
    board.keyboard.press("Enter")
    expect_python(board, "logits=(2.0, -0.125, -1.0)")
    field.fill("about 2")
    field.press("Enter")
    expect(misread).to_contain_text("“about 2” is not a number")
    expect(field).to_have_value("about 2")
    field.fill("1,000")
    field.press("Enter")
    expect(misread).to_contain_text("can be read in two ways")
    misread.get_by_role("button", name="1000").click()
    expect_python(board, "logits=(2.0, 1000.0, -1.0)")
    expect(misread).to_be_empty()


def test_a_masked_class_stays_masked(board: Page) -> None:
    field = board.get_by_role("textbox", name="Logit of goose")
    field.fill("-inf")
    field.press("Enter")
    expect_python(board, "logits=(2.0, 1.0, -inf)")
    expect(field).to_have_value("−∞")
    goose = board.locator(".row").nth(2)
    expect(goose.locator(".probability")).to_have_text("0.0000")
    board.get_by_role("button", name="o × 2").click()
    expect_python(board, "logits=(4.0, 2.0, -inf)")
    for name in ("chick", "duck"):
        board.get_by_role("textbox", name=f"Logit of {name}").fill("-inf")
        board.get_by_role("textbox", name=f"Logit of {name}").press("Enter")
    expect(board.locator(".misread")).to_contain_text("At least one logit has to be finite")
    board.get_by_role("slider", name="Logit of goose").press("ArrowRight")
    expect(field).not_to_have_value("−∞")


def test_what_the_page_shows_is_what_softmax_core_says(board: Page) -> None:
    agreement = board.locator(".agreement")
    for chip in ("near tie", "±100", "random", "one-hot", "uniform"):
        before = agreement.get_attribute("data-serial")
        board.get_by_role("button", name=chip, exact=True).click()
        expect(agreement).not_to_have_attribute("data-serial", re.compile(f"^(|{before})$"))
        logits = tuple(
            float(node.get_attribute("title") or "nan") for node in board.locator(".track").all()
        )
        numbers = board_numbers(BoardValue(logits, default_names(3), 1))
        assert probabilities(board) == pytest.approx(numbers.probabilities, abs=TOLERANCE)
        assert float(board.locator(".agreement").get_attribute("data-apart") or "1") <= TOLERANCE


def test_shifting_moves_nothing_and_heating_moves_everything(board: Page) -> None:
    before = probabilities(board)
    shift = board.get_by_role("slider", name="common shift")
    shift.focus()
    board.keyboard.press("Shift+ArrowRight")
    expect_python(board, "shift=10.0")
    assert probabilities(board) == pytest.approx(before, abs=1e-15)
    expect(board.locator(".mapping")).to_have_text("z = o + 10")
    expect(board.locator(".still")).to_contain_text("No probability has changed")
    temperature = board.get_by_role("slider", name="temperature")
    temperature.focus()
    board.keyboard.press("End")
    for _ in range(6):
        board.keyboard.press("Shift+ArrowRight")
    expect_python(board, "temperature=20.0")
    assert max(probabilities(board)) < 0.36
    expect(board.locator(".mapping")).to_have_text("z = (o + 10) / 20")
    shift.focus()
    board.keyboard.press("Shift+ArrowLeft")
    expect(board.locator(".mapping")).to_have_text("z = o / 20")
    expect(board.locator(".still")).to_have_text("Move it: no probability will change.")
    expect(board.get_by_text("T → ∞: uniform")).to_be_visible()
    expect(board.get_by_text("T → 0: all on the largest")).to_be_visible()


def test_steps_walk_down_the_loss_and_back(board: Page) -> None:
    board.get_by_role("radio", name="Make goose the target").click()
    expect_python(board, "target=2")
    loss = board.locator(".loss-sum").filter(visible=True)  # sharp labels: −ln p
    start = loss.inner_text()
    board.get_by_role("button", name="One step (S)").click()
    expect_python(board, "logits=(1.92")
    board.get_by_role("slider", name="Logit of goose").focus()
    board.keyboard.press("s")
    board.get_by_test_id("stText").click()  # the key works wherever the hand is on the page
    board.keyboard.press("s")
    expect(board.locator(".descent .told")).to_contain_text("Steps: 3.")
    o = torch.tensor([2.0, 1.0, -1.0], dtype=torch.float64)
    for _ in range(3):
        o = o - 0.1 * (softmax(o) - torch.tensor([0, 0, 1]))
    shown = [float(node.get_attribute("title") or "nan") for node in board.locator(".track").all()]
    assert shown == pytest.approx(o.tolist(), abs=TOLERANCE)
    points = board.locator(".simplex .path").get_attribute("points") or ""
    assert len(points.split(",")) == 5  # four places: x,y x,y x,y x,y
    board.get_by_role("button", name="Back to the start").click()
    expect(loss).to_have_text(start)


def test_the_letter_of_the_key_can_be_typed(board: Page) -> None:
    board.get_by_role("button", name="Paste numbers").click()
    for field in (board.locator(".paste textarea"), board.get_by_role("textbox", name="Name of")):
        field.first.press("s")
    expect(board.locator(".descent .told")).to_contain_text("Each step subtracts")


def test_the_equation_is_about_the_class_that_is_held(board: Page) -> None:
    equation = board.locator(".equation")
    expect(equation).to_have_text("pchick = e2e2 + e1 + e−1 = 7.389110.475 = 0.7054")
    board.get_by_role("slider", name="Logit of goose").focus()
    expect(equation).to_have_text("pgoose = e−1e2 + e1 + e−1 = 0.3678810.475 = 0.0351")
    board.get_by_role("textbox", name="Logit of goose").fill("2000")
    expect(equation).to_contain_text("3.881·10⁸⁶⁸3.881·10⁸⁶⁸ = 1.0000")


def test_without_a_target_there_is_no_loss(board: Page) -> None:
    smoothing = board.get_by_role("slider", name="label smoothing")
    for key, shown in (("Home", ".loss-sum.sharp-only"), ("Shift+ArrowRight", ".smooth-sum")):
        smoothing.press(key)
        expect(board.locator(".loss-sum").filter(visible=True)).to_have_count(1)
        expect(board.locator(shown)).to_be_visible()
    board.get_by_role("radio", name="Make duck the target").click()
    expect_python(board, "target=None")
    expect(board.get_by_text("Choose a target: the ring before a class's name.")).to_be_visible()
    expect(board.locator(".loss-sum").filter(visible=True)).to_have_count(0)
    for beside in (".rule", ".gap", ".told"):
        expect(board.locator(f".descent {beside}")).to_have_css("opacity", "0.35")
    expect(board.locator(".gradient.figure").first).to_be_hidden()
    for name in ("One step (S)", "Ten steps", "Back to the start"):
        expect(board.get_by_role("button", name=name)).to_be_disabled()
    board.get_by_role("radio", name="Make duck the target").click()
    expect(board.get_by_role("button", name="One step (S)")).to_be_enabled()


def test_the_rings_are_one_group_of_radios(board: Page) -> None:
    group = board.get_by_role("radiogroup", name="Target: the true class")
    rings = group.get_by_role("radio")
    expect(rings).to_have_count(3)
    expect(group.locator("[role=radio][tabindex='0']")).to_have_attribute("aria-checked", "true")
    rings.nth(1).focus()
    for key, at in [("ArrowDown", 2), ("ArrowRight", 0), ("ArrowUp", 2), ("Home", 0), ("End", 2)]:
        board.keyboard.press(key)
        expect(rings.nth(at)).to_be_focused()
        expect(rings.nth(at)).to_have_attribute("aria-checked", "true")
        expect(group.locator("[role=radio][tabindex='0']")).to_have_count(1)
    expect_python(board, "target=2")
    board.keyboard.press("Space")
    expect_python(board, "target=None")
    expect(group.locator("[role=radio][tabindex='0']")).to_have_count(1)


def test_committing_by_the_keyboard_keeps_the_focus(board: Page) -> None:
    name = board.get_by_role("textbox", name="Name of class 1")
    name.fill("cat")
    name.press("Enter")
    expect_python(board, "'cat'")
    expect(name).to_be_focused()
    fewer = board.get_by_role("button", name="One class fewer")
    fewer.press("Enter")
    expect(board.locator(".row")).to_have_count(2)
    expect(fewer).to_be_disabled()
    expect(fewer).to_be_focused()
    board.get_by_role("button", name="Next line").focus()
    board.get_by_role("button", name="Begin the derivation again").press("Enter")
    expect(board.get_by_role("button", name="Begin the derivation again")).to_be_focused()
    field = board.get_by_role("textbox", name="Logit of cat")
    field.fill("1,000")
    field.press("Enter")
    board.get_by_role("button", name="1000").press("Enter")
    expect(field).to_be_focused()
    expect_python(board, "logits=(1000.0")


def test_an_entry_of_the_jacobian_shows_its_derivation(board: Page) -> None:
    grid = board.get_by_role("grid")
    grid.focus()
    board.keyboard.press("ArrowLeft")
    expect(board.locator(".meaning")).to_have_text(
        "How the probability of chick responds to its own logit."
    )
    value = board.locator(".entry .result").inner_text()
    p = probabilities(board)[0]
    assert float(value) == pytest.approx(p - p * p, rel=1e-3)
    board.keyboard.press("ArrowDown")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")
    expect(board.locator(".meaning")).to_contain_text("duck responds to the logit of goose")
    cell = board.get_by_role("gridcell")
    expect(cell).to_have_attribute("aria-rowindex", "2")
    expect(cell).to_have_attribute("aria-colindex", "3")
    pair = probabilities(board)
    shown = float(board.locator(".entry .result").inner_text().replace("−", "-"))
    assert shown == pytest.approx(-pair[1] * pair[2], rel=1e-3)
    board.get_by_role("button", name="Begin the derivation again").click()
    expect(board.locator(".line:visible")).to_have_count(1)
    board.get_by_role("button", name="Next line").click()
    board.get_by_role("button", name="Next line").click()
    expect(board.locator(".line:visible")).to_have_count(3)
    expect(board.locator(".counter")).to_have_text("line 3 of 5")


def number(text: str) -> float:
    """Return the number that a text as "−2.7·10⁻⁶" stands for."""
    plain = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    return float(plain.replace("·10", "e"))


def test_what_a_derivation_multiplies_is_what_its_next_line_says(board: Page) -> None:
    # Small probabilities: rounded to decimals, 0.0015 · 0.0006 would not be the entry.
    for name, logit in (("chick", "8"), ("duck", "1.5"), ("goose", "0.6")):
        board.get_by_role("textbox", name=f"Logit of {name}").fill(logit)
    grid = board.get_by_role("grid")
    grid.focus()
    board.keyboard.press("ArrowDown")
    board.keyboard.press("ArrowRight")
    expect(board.locator(".meaning")).to_contain_text("duck responds to the logit of goose")
    entry = number(board.locator(".entry .result").inner_text())
    [one, other] = board.locator(".line").nth(3).locator(".value").all_inner_texts()
    assert -number(one) * number(other) == pytest.approx(entry, rel=1e-3)
    # Nearly 1: p − p² has no digits left, p (1 − p) has.
    board.keyboard.press("Home")
    board.keyboard.press("ArrowUp")
    expect(board.locator(".meaning")).to_contain_text("chick responds to its own logit")
    [one, rest, end] = board.locator(".line").nth(4).locator(".value").all_inner_texts()
    assert number(one) * number(rest) == pytest.approx(number(end), rel=1e-3)
    expect(board.locator(".meaning")).not_to_contain_text("1/T")
    # A power of ten that is squared: 10⁵² would be another number.
    board.get_by_role("textbox", name="Logit of chick").fill("14")
    expect(board.locator(".line").nth(2).locator(".numbers")).to_contain_text("(1.203·10⁶)2")


def test_with_a_temperature_the_derivation_names_the_slope_in_the_logit_too(board: Page) -> None:
    field = board.locator(".temperature input.knob-number")
    field.fill("2")
    field.press("Enter")
    expect(board.locator(".meaning")).to_contain_text("With T = 2")
    p = softmax(torch.tensor([2.0, 1.0, -1.0], dtype=torch.float64) / 2).tolist()
    said = board.locator(".meaning").inner_text().removesuffix(".").rsplit(" ", 1)[1]
    assert number(said) == pytest.approx(-p[0] * p[1] / 2, rel=1e-3)


def test_a_push_of_nothing_says_what_to_do(board: Page) -> None:
    field = board.locator(".push input.knob-number")
    field.fill("0")
    expect(board.locator(".push .told")).to_contain_text("Move δ")
    field.fill("1")
    expect(board.locator(".push .told")).to_contain_text("chick: +0.2078 predicted")


def test_pointing_at_a_cell_chooses_it_and_a_click_keeps_it(board: Page) -> None:
    # The cursor stands on the first row's second cell.
    box = board.locator(".heat .cursor").bounding_box()
    assert box
    size = box["width"]
    x, y = box["x"] + size / 2, box["y"] + size / 2
    board.mouse.move(x + size, y)
    expect(board.locator(".meaning")).to_contain_text("chick responds to the logit of goose")
    board.mouse.click(x + size, y + size)
    board.mouse.move(x - size, y)
    expect(board.locator(".meaning")).to_contain_text("duck responds to the logit of goose")


def test_classes_come_and_go_between_two_and_twenty(board: Page) -> None:
    more = board.get_by_role("button", name="One class more")
    for _ in range(17):
        more.click()
    expect(board.locator(".row")).to_have_count(20)
    expect(more).to_be_disabled()
    expect(board.locator(".simplex")).to_be_hidden()
    expect_python(board, "'class 20'")
    fewer = board.get_by_role("button", name="One class fewer")
    for _ in range(18):
        fewer.click()
    expect(board.locator(".row")).to_have_count(2)
    expect(fewer).to_be_disabled()
    expect_python(board, "names=('chick', 'duck')")


def test_a_name_is_text_whatever_is_typed(board: Page) -> None:
    field = board.get_by_role("textbox", name="Name of class 1")
    field.fill("<img src=x>&amp; 鸡")
    field.press("Enter")
    expect_python(board, "'img src=x&amp; 鸡'")
    expect(board.locator(".simplex .corner").first).to_have_text("img src=x&amp; 鸡")
    assert board.locator("img").count() == 0


def test_draws_are_counted_until_the_distribution_changes(board: Page) -> None:
    told = board.locator(".sample .told")
    for name in ("1 draw", "100 draws", "10,000 draws"):
        board.get_by_role("button", name=name, exact=True).click()
    expect(told).to_contain_text("Draws: 10,101.")
    board.get_by_role("slider", name="Logit of chick").press("ArrowLeft")
    expect(told).to_contain_text("draw, and watch")


def test_the_point_of_the_simplex_can_be_dragged(board: Page) -> None:
    board.locator(".simplex .point").hover()  # waits until it stays where it is
    box = board.locator(".simplex svg").bounding_box()
    assert box
    board.mouse.down()
    board.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * (170 / 270), steps=5)
    agreement = board.locator(".agreement")
    board.mouse.up()
    expect(agreement).not_to_have_attribute("data-serial", re.compile("^(|0)$"))
    p = probabilities(board)
    assert p == pytest.approx([1 / 3] * 3, abs=0.01)


def test_long_names_at_the_corners_of_the_simplex_keep_clear_of_each_other(board: Page) -> None:
    for k, letter in ((2, "鸭"), (3, "W")):
        board.get_by_role("textbox", name=f"Name of class {k}").fill(24 * letter)
    corners = board.locator(".simplex .corner")
    expect(corners.nth(2)).to_have_text(re.compile("^W+…$"))
    left, right = (corners.nth(k).bounding_box() for k in (1, 2))
    assert left
    assert right
    assert left["x"] + left["width"] < right["x"]


def test_ten_classes_leave_the_temperature_in_sight(board: Page) -> None:
    board.set_viewport_size({"width": 1280, "height": 900})
    for _ in range(7):
        board.get_by_role("button", name="One class more").click()
    expect(board.locator(".row")).to_have_count(10)
    heights = board.locator(".place").evaluate_all("nodes => nodes.map(n => n.offsetHeight)")
    assert set(heights) == {42}  # not stretched to the height of the derivation beside them
    matrix, descent = (board.locator(name).bounding_box() for name in (".matrix", ".descent"))
    assert matrix
    assert descent
    assert descent["y"] + descent["height"] <= matrix["y"] + matrix["height"] + 80


def test_nothing_glides_for_those_who_asked_for_less_motion(
    open_page: Callable[..., Page], board_url: str, settled: Callable[[Page], None]
) -> None:
    durations = {}
    for wish in ("reduce", "no-preference"):
        page = open_page(reduced_motion=wish)
        page.goto(board_url)
        settled(page)
        expect(page.locator(".board")).to_have_class(re.compile("glides"))
        durations[wish] = page.locator(".carrier").first.evaluate(
            "node => getComputedStyle(node).transitionDuration"
        )
    assert durations == {"reduce": "0s", "no-preference": "0.16s, 0.16s, 0.16s"}


def test_a_board_whose_files_do_not_load_says_so(
    open_page: Callable[..., Page], board_url: str, complaints: list[str]
) -> None:
    page = open_page()  # a new profile: the other one has the files
    page.route("**/logit_board/heatmap.js", lambda route: route.abort())
    page.goto(board_url)
    expect(page.get_by_text("could not be loaded. Reload the page.")).to_be_visible()
    page.close()
    # The file itself, or one that imports it, whichever fails first.
    assert all("/logit_board/" in complaint for complaint in complaints)
    complaints.clear()


def test_compact_is_bars_and_probabilities_only(
    page: Page, board_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{board_url}?compact=1")
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".matrix")).to_be_hidden()
    page.locator(".handle").first.focus()
    page.keyboard.press("Home")
    expect_python(page, "logits=(-5.0")


@pytest.mark.parametrize("classes", [2, 20])
def test_nothing_sticks_out_at_any_width(board: Page, classes: int) -> None:
    button = "One class more" if classes == 20 else "One class fewer"
    for _ in range(abs(classes - 3)):
        board.get_by_role("button", name=button).click()
    expect(board.locator(".row")).to_have_count(classes)
    for width in (390, 800, 1280, 1920):
        board.set_viewport_size({"width": width, "height": 900})
        beyond = board.locator(".board").evaluate(BEYOND)
        assert beyond == [], f"at {width} pixels"
