"""What is served at a page's address names that page, before any script has run."""

from __future__ import annotations

import gzip
import io
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
import streamlit as st
from PIL import Image

from softmax_ui.pages import HOME, MENU, Page
from softmax_ui.server import routes as server
from softmax_ui.server.headers import headers_for
from softmax_ui.server.previews import PREVIEWS, SIZE
from softmax_ui.server.static import files
from softmax_ui.streamlit_inside.built import PAGE
from softmax_ui.text import LANGUAGES, speaking
from tests.ui.server.asking import STREAMLITS, Got, asked

PAGES = pytest.mark.parametrize("page", [HOME, *MENU], ids=lambda page: page.address or "home")
HOST = {"host": "class.example.org:8501"}


class Head(HTMLParser):
    """The title and the named contents of a document's <meta>s."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title, self.said, self.tags = "", dict[str, str | None](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            assert name not in self.said
            self.said[name] = given["content"]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "title" and not self.title:
            self.title = data


def get(address: str, scheme: str = "http", /, **headers: str) -> Got:
    given = {**HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return asked(server.routes(), address, given, scheme=scheme)


@PAGES
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_has_its_title_a_sentence_and_a_picture(page: Page, language: str) -> None:
    answer = get(f"/{page.address}?lang={language}")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")
    head = Head(answer.text)
    with speaking(language):  # type: ignore[arg-type]
        assert head.title == head.said["og:title"] == page.full_title
        assert head.said["description"] == head.said["og:description"] == page.description
    assert head.said["twitter:card"] == "summary_large_image"
    tag = {"zh": "zh-CN"}.get(language, language)
    assert f'<html lang="{tag}">' in answer.text
    picture = urlsplit(str(head.said["og:image"]))
    assert (picture.scheme, picture.netloc) == ("http", HOST["host"])
    assert picture.path.endswith(f"{page.address or 'home'}-{language}.png")
    with Image.open(io.BytesIO(PREVIEWS[picture.path.lstrip("/")])) as shown:
        assert shown.size == SIZE == (1200, 630)


@PAGES
def test_all_else_is_streamlits_document_with_its_one_script(page: Page) -> None:
    served, theirs = get(f"/{page.address}").text, PAGE.read_text(encoding="utf-8")
    scripts = r"<script[^>]*>.*?</script>|<link[^>]*>"
    found = re.findall(scripts, served, re.DOTALL)
    assert found == re.findall(scripts, theirs, re.DOTALL)
    assert found
    assert served.count("<title>") == 1
    assert "Streamlit</title>" not in served


def test_no_two_pages_are_named_or_described_alike() -> None:
    heads = [Head(get(f"/{page.address}").text) for page in (HOME, *MENU)]
    assert len({head.title for head in heads}) == len(heads)
    assert len({head.said["description"] for head in heads}) == len(heads)


def test_the_browsers_language_holds_where_the_address_names_none() -> None:
    assert '<html lang="zh-CN">' in get("/lesson", accept_language="de, zh-CN;q=0.8").text
    assert '<html lang="en">' in get("/lesson?lang=en", accept_language="zh").text
    assert '<html lang="en">' in get("/lesson").text


def test_it_is_compressed_for_whoever_takes_that_and_whole_for_others() -> None:
    plain, compressed = get("/runs"), get("/runs", accept_encoding="gzip")
    assert compressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == plain.body
    assert asked(server.routes(), "/runs", HOST, method="HEAD").status == 200


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("localhost", "http://localhost/previews/"),
        ("[::1]:8501", "http://[::1]:8501/previews/"),
        ("EXAMPLE.org.", "http://example.org/previews/"),
        ("a@b", "previews/"),
        ('x"><script>alert(1)</script>', "previews/"),
        ("x/../y", "previews/"),
        ("", "previews/"),
    ],
)
def test_the_pictures_address_is_of_what_was_understood_of_the_host(
    host: str, written: str
) -> None:
    head = Head(get("/", host=host).text)
    assert str(head.said["og:image"]).startswith(written)


def test_behind_a_proxy_that_speaks_https_it_is_https() -> None:
    head = Head(get("/", "https").text)
    assert str(head.said["og:image"]).startswith("https://class.example.org:8501/previews/")


@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "zh'onload=alert(1)", "<b>", "../../etc/passwd"]
)
def test_nothing_of_an_address_or_a_host_becomes_markup(hostile: str) -> None:
    plain = get("/lesson").text
    assert get(f"/lesson?lang={hostile}&run={hostile}").text == plain
    zone = get("/lesson", host=f"[::1%{hostile}]".replace("/", "")).text
    assert Head(zone).tags == Head(plain).tags


def test_below_a_base_path_documents_and_pictures_are_below_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/course/"}.get)
    for page in (HOME, *MENU):
        head = Head(get(f"/course/{page.address}").text)
        assert head.title == page.full_title
        root = f"http://{HOST['host']}/course/previews/"
        assert str(head.said["og:image"]).startswith(root)


def test_what_is_no_page_is_not_named_as_one() -> None:
    assert get("/media/lesson").text == STREAMLITS
    assert get("/nope").status == 404


def test_each_picture_is_small_and_there_is_one_a_page_and_language() -> None:
    assert len(PREVIEWS) == len((HOME, *MENU)) * len(LANGUAGES)
    for address, content in PREVIEWS.items():
        assert len(content) < 100_000, address
        answer = files()[address].make("identity")
        assert answer.content == content
        headers = dict(answer.headers)
        assert headers[b"content-type"] == b"image/png"
        assert b"immutable" in headers[b"cache-control"]
        # Another site's page may show it; nothing else of ours may it.
        assert headers[b"cross-origin-resource-policy"] == b"cross-origin"
    assert headers_for("text/javascript", "/x.js")["Cross-Origin-Resource-Policy"] == "same-origin"
