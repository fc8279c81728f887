"""Every message of the code is translated, none is left over, and what it carries goes along."""

from __future__ import annotations

import ast
import re

import polib
import pytest

from softmax_ui.text import LANGUAGES
from tests.ui.catalogue import catalogues, messages, placeholders, sources

TRANSLATED = {tongue: polib.pofile(str(path)) for tongue, path in catalogues().items()}
# What is the same in every language: names, symbols, figures, code.
SAME = re.compile(
    r"Fashion-MNIST|Softmax|softmax_core|softmax|Explorer|logit|PyTorch|CSV|JSON|PNG|d2l|b?float\d+"
    r"|\{\w*(:[^}]*)?\}|`[^`]*`|\$[^$]*\$|:material/\w+:|\b[a-zA-Z]\b|[^a-zA-Z]"
)


def test_each_language_but_english_has_a_catalogue() -> None:
    assert set(TRANSLATED) == set(LANGUAGES) - {"en"}


def test_every_message_is_found_where_it_stands() -> None:
    """The extraction does not look into f-strings: a message in one is never translated."""
    called = {
        call.args[0].value
        for path in sources()
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args
        if isinstance(call.func, ast.Name) and call.func.id in {"_", "N_", "ngettext"}
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    assert sorted(called - messages().keys()) == []


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_no_message_is_missing_and_none_is_unused(tongue: str) -> None:
    said, translated = messages(), TRANSLATED[tongue]
    done = {entry.msgid for entry in translated.translated_entries() if not entry.fuzzy}
    assert sorted(said.keys() - done) == [], "type `make messages`, then translate these"
    assert sorted({entry.msgid for entry in translated} - said.keys()) == [], "type `make messages`"


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_placeholders_are_the_same(tongue: str) -> None:
    differing = {
        entry.msgid: translation
        for entry in TRANSLATED[tongue]
        for translation in [entry.msgstr, *entry.msgstr_plural.values()]
        if translation
        and placeholders(translation) != placeholders(entry.msgid_plural or entry.msgid)
    }
    assert differing == {}


@pytest.mark.parametrize("tongue", TRANSLATED)
def test_markup_is_the_same(tongue: str) -> None:
    """Code and icons are copied, and bold, formulas and links stay closed."""
    for entry in TRANSLATED[tongue]:
        for translation in [entry.msgstr, *entry.msgstr_plural.values()]:
            for mark in (r":material/\w+:", r"`[^`]*`", r"\]\([^)]*\)"):
                assert sorted(re.findall(mark, translation)) == sorted(
                    re.findall(mark, entry.msgid)
                ), entry.msgid
            assert translation.count("**") == entry.msgid.count("**"), entry.msgid
            assert translation.count("$") == entry.msgid.count("$"), entry.msgid


def test_chinese_is_chinese() -> None:
    """A translation that only repeats English words is none."""
    repeated = [
        entry.msgid
        for entry in TRANSLATED["zh"]
        for translation in [entry.msgstr, *entry.msgstr_plural.values()]
        if SAME.sub("", translation) and not re.search(r"[一-鿿]", translation)
    ]
    assert repeated == []


def test_chinese_sentences_end_as_chinese_sentences_do() -> None:
    wrong = [
        entry.msgstr
        for entry in TRANSLATED["zh"]
        if re.search(r"[一-鿿][,;:!?.](\s|$)", entry.msgstr)
    ]
    assert wrong == []


def test_every_message_is_a_literal() -> None:
    """The extraction cannot see into a variable or an f-string, nor can a translator."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sources()
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "N_", "ngettext"}
        and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert hidden == []
