"""An address without a page is answered by one that says so; all others are left alone."""

from __future__ import annotations

import pytest
import streamlit as st

from softmax_ui.pages import CLASS, MENU
from softmax_ui.server import routes as server
from tests.ui.server.asking import STREAMLITS, Got, asked

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9", "accept-language": "de, zh-CN;q=0.8"}


def get(address: str, headers: dict[str, str] = BROWSER) -> Got:
    return asked(server.routes(), address, headers)


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("/nope", "./"),
        ("/nope/", "../"),
        ("/lesson/x", "../"),
        ("/lesson/x/y", "../../"),
        ("/static/nope.html", "../"),
        ("/<script>alert(1)</script>", "../"),
    ],
)
def test_an_address_without_a_page_is_said_to_be_none_and_leads_to_those_there_are(
    monkeypatch: pytest.MonkeyPatch, address: str, root: str
) -> None:
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    answer = get(address)
    assert answer.status == 404
    assert '<html lang="zh-CN">' in answer.text
    assert "<script" not in answer.text
    for page in MENU:
        assert f'<a href="{root}{page.address}">' in answer.text
    assert "There is no such page" in get(f"{address}?lang=en").text


def test_on_ones_own_machine_it_leads_to_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    monkeypatch.setattr("softmax_ui.sharing.OWN_MACHINE", ("", "localhost"))
    linked = get("/nope").text
    assert CLASS.address not in linked
    assert all(f'"./{page.address}"' in linked for page in MENU if page is not CLASS)


@pytest.mark.parametrize("query", ["", "?code=ABCD&lang=zh"])
def test_the_page_for_phones_is_found_with_a_slash_at_its_end(query: str) -> None:
    answer = get(f"/class/{query}")
    assert (answer.status, answer.headers["location"]) == (307, f"../class{query}")


@pytest.mark.parametrize(
    "address",
    ["/lesson/", "/index.html", "/_stcore/health", "/media/a.csv"],
)
def test_what_is_there_is_left_to_streamlit(address: str) -> None:
    assert get(address).text == STREAMLITS


@pytest.mark.parametrize("address", ["/nope.js", "/lesson/_stcore/health", "/nope/_stcore/health"])
def test_what_no_browser_opens_as_a_page_is_left_to_streamlit(address: str) -> None:
    assert get(address, {"accept": "*/*"}).text == STREAMLITS


@pytest.mark.parametrize("headers", [{"accept": "*/*"}, {}], ids=["anything", "unsaid"])
def test_one_who_previews_links_hears_of_it_too(headers: dict[str, str]) -> None:
    answer = get("/nope", headers)
    assert answer.status == 404
    assert "<title>There is no such page · Softmax Explorer</title>" in answer.text


def test_below_a_base_path_the_links_stay_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"server.baseUrlPath": "/course"}
    monkeypatch.setattr(st, "get_option", lambda name: options.get(name))
    assert get("/course/lesson").status == 200
    assert get("/lesson").text == STREAMLITS
    answer = get("/course/lesson/x")
    assert (answer.status, '<a href="../runs">' in answer.text) == (404, True)
