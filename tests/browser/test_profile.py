"""The profile that most tests' pages share: nothing that a page stores reaches the next test."""

from __future__ import annotations

from tests.browser.profile import Profile

STORE = """() => {
    localStorage.setItem("left", "behind")
    sessionStorage.setItem("left", "behind")
    document.cookie = "left=behind; path=/"
}"""
STORED = """() => [localStorage.getItem("left"), sessionStorage.getItem("left"),
    document.cookie.includes("left=behind")]"""


def test_what_a_page_stored_is_gone_for_the_next(
    profile: Profile, base_url: str, complaints: list[str]
) -> None:
    address = f"{base_url}/_stcore/health"
    first = profile.open(complaints)
    first.goto(address)
    first.evaluate(STORE)
    assert first.evaluate(STORED) == ["behind", "behind", True]
    first.close()
    profile.forget()
    second = profile.open(complaints)
    second.goto(address)
    assert second.evaluate(STORED) == [None, None, False]
    second.close()
