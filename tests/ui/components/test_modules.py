"""The components' JavaScript: whole, ours alone, in one style, and short where it is sent again."""

from __future__ import annotations

import json
import posixpath
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest
from plotly.offline import get_plotlyjs_version
from streamlit.testing.v1 import AppTest

import softmax_ui
from softmax_ui.components.modules import MODULES, PATH, PLOTLY, addresses, imported

FOLDER = Path(softmax_ui.__file__).parent
SCRIPTS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))
ENTRIES = [name for name in SCRIPTS if name.endswith("/component.js")]
# A page of its own, which Streamlit does not call.
PAGES = ["components/class_phone/component.js"]
# A legend that the server makes, every text in it escaped.
MADE_BY_THE_SERVER = {"components/live_run/legend.js": ["innerHTML"]}


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def needed(name: str) -> set[str]:
    """Return what a module imports, found in another way than the app does."""
    quoted = re.findall(
        r'\bfrom\s*"([^"]+)"', re.sub(r"/\*.*?\*/", "", text(name), flags=re.DOTALL)
    )
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in quoted}


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_import_leads_to_a_module_that_exports_what_is_asked_for(name: str) -> None:
    for names, source in re.findall(r'^import (?:\w+|\{(.*?)\}) from "([^"]+)";', text(name), re.M):
        there = text(posixpath.normpath(posixpath.join(posixpath.dirname(name), source)))
        for each in filter(None, map(str.strip, names.split(","))):
            assert re.search(
                rf"^export (?:async )?(?:function|const|class) {each}\b", there, re.M
            ), each


@pytest.mark.parametrize("entry", ENTRIES)
def test_all_that_a_component_imports_is_asked_for_at_once(entry: str) -> None:
    found = imported(entry)
    assert found[0] == entry
    assert {each for name in found for each in needed(name)} | {entry} == set(found)
    exports = len(re.findall(r"^export default ", text(entry), re.MULTILINE))
    assert exports == (0 if entry in PAGES else 1)


def test_every_module_is_a_part_of_some_component() -> None:
    assert {name for entry in ENTRIES for name in imported(entry)} == set(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_module_makes_markup_out_of_text_or_names_another_host(name: str) -> None:
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc"
    assert re.findall(banned, text(name)) == MADE_BY_THE_SERVER.get(name, [])
    hosts = re.findall(r"https?://[^\s\"']+", text(name))
    assert hosts == (["http://www.w3.org/2000/svg"] if name == "components/shared/dom.js" else [])


@pytest.mark.parametrize("style", sorted(FOLDER.rglob("*.css")), ids=lambda path: path.name)
def test_no_style_names_another_host(style: Path) -> None:
    said = style.read_text(encoding="utf-8")
    assert re.findall(r"https?://|url\([^)]*\)|@import", said) == []


@pytest.mark.parametrize("path", [*FOLDER.rglob("*.[jt]s")], ids=lambda path: path.name)
def test_lines_are_at_most_100_wide_and_statements_end_in_a_semicolon(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 100] == []
    statement = re.compile(r"\s*(?:(?:export )?(?:const|let) .*=.*|return .*|.*\))(?<=[\w)\]\"`])")
    code = [re.sub(r"\s*//.*", "", line) for line in lines] + [""]
    ended = [
        line
        for line, following in pairwise(code)
        if statement.fullmatch(line) and re.match(r"\s*(?:$|\}|const|let|return|if|for)", following)
    ]
    assert ended == []


def test_there_is_one_address_for_all_of_ours_and_one_for_plotly() -> None:
    (plotly_js,) = (name for name in MODULES if name == PLOTLY)
    digests = {name.split("/")[1] for name in MODULES if name != plotly_js}
    assert len(digests) == 1
    version = re.match(rb"/\*\*\n\* plotly\.js \(cartesian - minified\) v(\S+)", MODULES[plotly_js])
    assert version
    assert version[1].decode() == get_plotlyjs_version()
    wanted = json.loads((FOLDER.parent / "package.json").read_text(encoding="utf-8"))
    assert wanted["devDependencies"]["plotly.js-cartesian-dist-min"] == get_plotlyjs_version()
    assert set(MODULES) - {PLOTLY} == {
        f"{PATH}/{digest}/{name}" for digest in digests for name in SCRIPTS
    }
    assert set(addresses("live_run")) <= set(MODULES)


def test_what_is_sent_again_with_every_run_is_short_and_names_the_module() -> None:
    def page() -> None:
        from softmax_ui.components.logit_board import logit_board
        from softmax_ui.components.logit_board.labels import board_labels

        logit_board([1.0, 2.0], names=["a", "b"], labels=board_labels(), key="board")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    stub = component.proto.js_content
    assert len(stub.encode()) < 1_500
    (prefix,) = re.findall(r'new URL\("([^"]+)/" \+ name, document\.baseURI\)', stub)
    names = json.loads(re.search(r"\[[^\]]+\]", stub)[0])  # type: ignore[index]
    assert {urljoin(f"{prefix}/", name) for name in names} == set(addresses("logit_board"))
    assert "could not be loaded" in json.loads(component.proto.json)["broken"]
