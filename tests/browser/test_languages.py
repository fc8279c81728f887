"""The language: the browser's at first, then the switch's, on every page and in the URL."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenedOnce, Settled
from tests.browser.quiet import open_quietly

# What a reader of Chinese expects in Latin letters: names, symbols, units, code.
PROPER = re.compile(
    r"[Ss]oftmax|Explorer|[Ll]ogits?|Fashion|MNIST|Python|PyTorch|torch|CSV|JSON|PNG|URL|English"
    r"|exp|log|mpmath|sum|onehot|Accumulator|max|min|sin|cos|nan|inf|eps|b?float|Adam|SGD|Shift|Enter|sigmoid|odds"
    r"|Brier"
)
# A term beside its Chinese: 精度 alone is read as numerical precision, too.
GLOSS = re.compile("分类精度（accuracy）")
TOKEN = re.compile(r"[\w./\\-]*\w", re.ASCII)
TEXTS = """
() => {
  const said = [], skip = "script, style, code, pre, .katex, "
    + "[translate=no], [data-testid=stStatusWidget], [lang=en]"
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot)
      if (element.closest(skip) || !element.checkVisibility()) continue
      for (const name of ["aria-label", "alt", "title", "placeholder"]) {
        if (element.getAttribute(name)) said.push(element.getAttribute(name))
      }
      for (const child of element.childNodes) {
        if (child.nodeType === Node.TEXT_NODE && child.data.trim()) said.push(child.data.trim())
      }
    }
  }
  walk(document.body)
  return [document.title, ...said]
}
"""


def english(texts: list[str]) -> list[str]:
    """The texts with an English word in them that is no name, no symbol and no number.

    >>> english(["学习率 η", "softmax 回归", "Learning rate", "p_i", "float32"])
    ['Learning rate']
    >>> english(["分类精度（accuracy）", "the accuracy"])
    ['the accuracy']
    """
    plain = [(text, GLOSS.sub("", text)) for text in texts]
    return [text for text, prose in plain if any(map(_is_english, TOKEN.findall(prose)))]


def _is_english(token: str) -> bool:
    """Whether a token is a word of prose; identifiers, paths and numbers are not."""
    if re.search(r"[\d_./\\]", token):
        return False
    words = [part for part in token.split("-") if re.fullmatch("[A-Za-z][a-z]{2,}", part)]
    return any(not PROPER.fullmatch(word) for word in words)


def test_no_english_is_left_standing_on_a_chinese_page(
    opened_once: OpenedOnce, settled: Settled
) -> None:
    # Opened in Chinese, not switched: the names of the classes on a board stay as they were.
    page, address = opened_once.page, opened_once.address
    open_quietly(page, settled, f"{address}{'&' if '?' in address else '?'}lang=zh")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.locator("h1, h2").first).to_be_visible()
    if "view=" in address:
        expect(page.get_by_text("已完成")).to_be_visible()
    assert english(page.evaluate(TEXTS)) == []
    assert opened_once.complaints == []


def test_the_browser_decides_at_first(
    open_page: Callable[..., Page], base_url: str, settled: Settled
) -> None:
    for locale, tag, heading in (("zh-CN", "zh-CN", "跟着学"), ("de-DE", "en", "Learn")):
        page = open_page(locale=locale)
        page.goto(base_url)
        settled(page)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        page.wait_for_function("tag => document.documentElement.lang === tag", arg=tag)
        assert "lang" not in page.url


def test_a_choice_stays_across_pages_and_in_the_url(
    page: Page, base_url: str, settled: Settled
) -> None:
    page.goto(base_url)
    settled(page)
    page.locator(".st-key-language_switch button").click()
    expect(page.get_by_role("heading", name="跟着学", exact=True)).to_be_visible()
    page.wait_for_url("**/?lang=zh")
    page.locator(".st-key-menu").get_by_role("link", name="Logit 实验台").click()
    page.wait_for_url("**/logit_playground?*lang=zh*")
    settled(page)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.reload()
    settled(page)
    expect(page.locator(".st-key-language_switch button")).to_have_text(re.compile("English"))
    page.locator(".st-key-language_switch button").click()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    assert "lang=en" in page.url


def test_streamlits_own_words_follow_the_switch_both_ways(
    page: Page, base_url: str, settled: Settled
) -> None:
    page.goto(f"{base_url}/?lang=zh")
    settled(page)
    skip = page.locator("a[href='#stMain']")
    expect(skip).to_have_text("跳到正文")
    page.locator(".st-key-language_switch button").click()
    expect(skip).to_have_text("Skip to main content")
