"""No number that was measured or computed is typed into the text of these two pages."""

from __future__ import annotations

import re

import polib
import pytest

from tests.ui.catalogue import ROOT, catalogues, messages

FILES = re.compile(
    r"pages/(vanishing_gradient|numerical_precision)\.py"
    r"|softmax_ui/(screens/(gradient|precision)/\w+|widgets/real_run)\.py"
)
TRANSLATIONS = [polib.pofile(str(path)) for path in catalogues().values()]
# Placeholders and the types' names; then a number: a decimal one, or one of two digits and more.
FILLED_IN = re.compile(r"\{\w+(:[^}]*)?\}|<<\w+>>|b?float\d+")
TYPED_IN = re.compile(r"\d+[.,]\d+|\d{2,}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}")


def said() -> dict[str, str]:
    """Every text of the two pages, in every language, by where it stands."""
    texts = {
        msgid: " ".join(message.forms)
        for msgid, message in messages().items()
        if any(FILES.fullmatch(name) for name in message.files)
    }
    ours = set(texts)
    for catalogue in TRANSLATIONS:
        for entry in catalogue:
            if entry.msgid in ours:
                forms = [entry.msgstr, *entry.msgstr_plural.values()]
                texts[f"translation of {entry.msgid}"] = " ".join(forms)
    for pattern in ("gradient_*.md", "precision_*.md"):
        for path in (ROOT / "softmax_ui" / "text").glob(f"*/{pattern}"):
            texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return texts


SAID = said()


def test_there_is_text_to_look_at():
    assert len(SAID) > 150


@pytest.mark.parametrize("where", sorted(SAID))
def test_no_number_is_typed_in(where):
    assert TYPED_IN.findall(FILLED_IN.sub("", SAID[where])) == []
