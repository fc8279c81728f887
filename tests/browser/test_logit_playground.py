"""The playground's page: the board in the address, links that are shared, links that lie."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from softmax_core.data import CLASS_NAMES
from softmax_ui.addresses.playground import PLAYGROUND_STATE
from softmax_ui.components.logit_board import BoardValue
from softmax_ui.screens.playground.numbers import board_numbers

PATH = "/logit_playground"


@pytest.fixture
def playground(page: Page, base_url: str, settled: Callable[[Page], None]) -> Page:
    page.goto(base_url + PATH)
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    return page


def exact(page: Page, selector: str) -> list[float]:
    """Return what nodes show, with all the digits that they have on hover."""
    return [float(node.get_attribute("title") or "nan") for node in page.locator(selector).all()]


def query_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_drag_ends_up_in_the_address_and_back_leaves_the_page(playground: Page) -> None:
    entries = playground.evaluate("history.length")
    for name, key in [("chick", "Home"), ("duck", "End"), ("goose", "ArrowRight")]:
        playground.get_by_role("slider", name=f"Logit of {name}").focus()
        playground.keyboard.press(key)
    expect(playground).to_have_url(re.compile(r"\?o=-5,10,-0\.6&t=1$"))
    assert playground.evaluate("history.length") == entries


def test_a_link_shows_the_same_board_on_a_fresh_server(
    playground: Page,
    open_page: Callable[..., Page],
    serve: Callable[..., str],
    settled: Callable[[Page], None],
) -> None:
    playground.get_by_role("button", name="random").click()
    playground.get_by_role("textbox", name="Logit of chick").fill("0.30000000000000004")
    playground.get_by_role("textbox", name="Name of class 2").fill("quack, 鸭 & co")
    playground.get_by_role("radio", name="Make goose the target").click()
    for knob, key in [("temperature", "Shift+ArrowLeft"), ("common shift", "Shift+ArrowLeft")]:
        playground.get_by_role("slider", name=knob).focus()
        playground.keyboard.press(key)
    expect(playground).to_have_url(re.compile(r"names=chick,quack.*"))
    expect(playground).to_have_url(re.compile(r"c=-10"))
    expect(playground).to_have_url(re.compile(r"T=0\.5"))
    other = open_page()
    other.goto(serve() + PATH + "?" + urlsplit(playground.url).query)
    settled(other)
    expect(other.get_by_role("textbox", name="Name of class 2")).to_have_value("quack, 鸭 & co")
    for selector in (".track", ".probability", ".gradient.figure"):
        assert exact(other, f".row {selector}") == exact(playground, f".row {selector}")
    assert exact(other, ".track")[0] == 0.30000000000000004
    assert query_of(other) == query_of(playground)


# What the button says for a moment, and whether it has the focus then.
ANSWERED = """button => { window.answered = new Promise((answer) =>
    new MutationObserver((_, watch) => {
        watch.disconnect()
        answer([button.textContent, button.getRootNode().activeElement === button])
    }).observe(button, {childList: true})
) }"""


def copy_link(page: Page) -> None:
    """Copy the link; the button says so for a moment that a busy machine may sleep through."""
    button = page.get_by_role("button", name="Copy link")
    button.evaluate(ANSWERED)
    button.click()
    assert page.evaluate("window.answered") == ["Copied", True]


def test_copy_link_copies_the_board_of_this_moment(
    open_page: Callable[..., Page], base_url: str, settled: Callable[[Page], None]
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(base_url + PATH)
    settled(page)
    page.get_by_role("slider", name="Logit of duck").focus()
    page.keyboard.press("Shift+ArrowRight")
    copy_link(page)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query)["o"] == ["2,2,-1"]


def test_copy_link_works_where_a_browser_withholds_the_clipboard(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{base_url}{PATH}?o=1.25,-3")
    settled(page)
    copy_link(page)
    page.get_by_role("button", name="Paste numbers").click()
    page.keyboard.press("Control+V")
    expect(page.locator(".paste textarea")).to_have_value(re.compile(r"o=1\.25,-3"))


def test_other_parameters_of_the_address_stay(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{base_url}{PATH}?lang=en&o=1,2")
    settled(page)
    page.get_by_role("slider", name="Logit of class 1").focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("o=5,2"))
    assert query_of(page)["lang"] == "en"


ATTACKS = {
    "markup in a name": {"o": "1,2", "names": "a,<img src=x onerror=document.title='run'>"},
    "markup in the logits": {"o": "<script>document.title='run'</script>,1"},
    "markdown in a name": {"o": "1,2", "names": "a,![x](http://example.org/x.png)<"},
    "not a number": {"o": "nan,1"},
    "too large": {"o": "1e999,1"},
    "a thousand classes": {"o": ",".join(["1"] * 1000)},
    "a target outside": {"o": "1,2", "t": "2"},
}


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS)
def test_a_link_with_nonsense_shows_the_default_board_and_runs_nothing(
    page: Page, base_url: str, settled: Callable[[Page], None], query: dict[str, str]
) -> None:
    page.goto(f"{base_url}{PATH}?{urlencode(query)}")
    settled(page)
    warning = page.get_by_test_id("stAlert")
    expect(warning).to_have_count(1)
    expect(warning).to_contain_text("must be")
    expect(page.locator(".row")).to_have_count(3)
    assert exact(page, ".track") == [2, 1, -1]
    assert page.title() != "run"
    assert page.locator("[data-testid=stMain] img").count() == 0
    page.get_by_role("slider", name="Logit of chick").focus()
    page.keyboard.press("ArrowRight")
    expect(warning).to_have_count(0)


def test_a_name_that_looks_like_markdown_is_shown_as_it_is(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    name = "![x](//example.org/y)"
    page.goto(f"{base_url}{PATH}?{urlencode(PLAYGROUND_STATE.query(o=[1, 2], names=['a', name]))}")
    settled(page)
    expect(page.get_by_role("textbox", name="Name of class 2")).to_have_value(name)
    expect(page.locator(".row")).to_have_count(2)


def paste(page: Page, text: str) -> None:
    page.get_by_role("button", name="Paste numbers").click()
    page.locator(".paste textarea").fill(text)
    page.get_by_role("button", name="Show them").click()


def test_pasted_numbers_become_the_board(playground: Page) -> None:
    paste(playground, "tensor([ 0.5000, -1.2500,  3.0000,  0.1000], device='cuda:0')")
    expect(playground.locator(".row")).to_have_count(4)
    assert exact(playground, ".track") == [0.5, -1.25, 3, 0.1]
    expect(playground.locator(".paste")).to_be_hidden()
    expect(playground).to_have_url(re.compile(r"o=0\.5,-1\.25,3,0\.1"))
    playground.get_by_role("slider", name="Logit of class 1").focus()
    playground.keyboard.press("End")
    expect(playground).to_have_url(re.compile(r"o=5,"))
    # The very same text again: the board begins anew, although the text has not changed.
    paste(playground, "tensor([ 0.5000, -1.2500,  3.0000,  0.1000], device='cuda:0')")
    expect(playground).to_have_url(re.compile(r"o=0\.5,"))


def test_a_paste_that_is_no_row_says_why_and_leaves_the_board(playground: Page) -> None:
    paste(playground, "1, two, 3")
    expect(playground.locator(".notice")).to_contain_text("“two” is not a number.")
    assert exact(playground, ".track") == [2, 1, -1]


def test_of_several_rows_one_is_chosen(playground: Page) -> None:
    paste(playground, "1 2\n3 4")
    expect(playground.locator(".notice")).to_contain_text("several rows")
    playground.get_by_role("button", name="3, 4").click()
    expect(playground).to_have_url(re.compile(r"o=3,4"))
    assert exact(playground, ".track") == [3, 4]
    expect(playground.get_by_role("button", name="3, 4")).to_have_count(0)


def test_names_are_pasted_with_the_numbers(playground: Page) -> None:
    paste(playground, '{"cat": 2, "dog": -1}')
    expect(playground).to_have_url(re.compile(r"o=2,-1&t=1&names=cat,dog"))
    expect(playground.get_by_role("textbox", name="Name of class 2")).to_have_value("dog")


def test_a_row_pasted_into_a_logits_field_is_taken_as_a_row(playground: Page) -> None:
    field = playground.get_by_role("textbox", name="Logit of chick")
    field.evaluate(
        """field => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "7\\t8");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
        }"""
    )
    expect(playground.locator(".row")).to_have_count(2)
    assert exact(playground, ".track") == [7, 8]


def test_a_row_that_is_pasted_leaves_the_keyboard_in_its_field(playground: Page) -> None:
    for name in ("duck", "class 2"):  # the second time it is another field, at the same place
        field = playground.get_by_role("textbox", name=f"Logit of {name}")
        field.focus()
        field.evaluate(
            """field => {
                const clipboardData = new DataTransfer();
                clipboardData.setData("text", field.ariaLabel.includes("duck") ? "7 8 9 1" : "5 6");
                field.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
            }"""
        )
        expect(playground.locator(".row")).to_have_count(4 if name == "duck" else 2)
        expect(playground.get_by_role("textbox", name="Logit of class 2")).to_be_focused()
        expect(playground.locator(".misread")).to_be_empty()


def test_the_download_has_all_digits(playground: Page) -> None:
    with playground.expect_download() as download:
        playground.locator(".st-key-board_csv button").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(StringIO(table)))
    numbers = board_numbers(BoardValue((2.0, 1.0, -1.0), ("chick", "duck", "goose"), 1))
    assert [row["class"] for row in rows] == ["chick", "duck", "goose"]
    assert [float(row["probability p"]) for row in rows] == list(numbers.probabilities)
    assert numbers.gradient is not None
    assert [float(row["∂L/∂o"]) for row in rows] == list(numbers.gradient)


def test_the_presets_have_names_of_their_own(playground: Page) -> None:
    playground.get_by_role("button", name="Fashion-MNIST").click()
    expect(playground.locator(".row")).to_have_count(10)
    expect(playground).to_have_url(re.compile(r"names=fashion"))
    expect(playground.get_by_role("textbox", name="Name of class 10")).to_have_value(CLASS_NAMES[9])
    playground.get_by_role("button", name="chick · duck · goose").click()
    expect(playground).to_have_url(re.compile(r"\?o=2,1,-1&t=1$"))


def test_it_speaks_chinese_and_keeps_the_board(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{base_url}{PATH}?lang=zh&o=4,5,6")
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    assert exact(page, ".track") == [4, 5, 6]
    assert "{" not in page.locator(".board").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_controls_know_the_theme(
    open_page: Callable[..., Page], base_url: str, settled: Callable[[Page], None], scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(base_url + PATH)
    settled(page)
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".board.dark")).to_have_count(1 if scheme == "dark" else 0)
    assert page.locator(".board").evaluate("node => getComputedStyle(node).colorScheme") == scheme
