"""What the pages say, in the reader's language.

The English sentence in the code is the message's id; the other languages live in standard gettext
catalogues (`locale/<language>/LC_MESSAGES/messages.po`), long prose in Markdown files
(`<language>/<name>.md`). A message is a literal string with named placeholders, so that the
extraction finds it and a translator can move its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import parse_qs

import streamlit as st

from softmax_ui.streamlit_inside.script_run import script_run

Language = Literal["en", "zh"]
Code = TypeVar("Code", bound=str)

LANGUAGES: Final[dict[Language, str]] = {"en": "English", "zh": "中文"}
"""Each language under the name that its own readers know it by."""

SESSION_KEY: Final = "language"
"""Where the session keeps a language that was chosen, by the switch or by a link.

No widget has this key, so it survives a change of the page. Without a choice it is not there, and
links then leave it to the next browser.
"""

_HERE: Final = Path(__file__).parent
_SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)


def as_language(tag: str | None) -> Language | None:
    """Return the language of ours that a tag such as `zh-Hans-CN` asks for, or None.

    >>> as_language("zh-Hans-CN"), as_language("EN"), as_language("fr"), as_language(None)
    ('zh', 'en', None, None)
    """
    head = (tag or "").replace("_", "-").split("-")[0].lower()
    return next((ours for ours in LANGUAGES if ours == head), None)


def language() -> Language:
    """Return the reader's language: the URL's, else the one chosen before, else the browser's.

    Outside a running page it is what `speaking` says, and else, as in a test of a figure, English.
    """
    if lang := _SPOKEN.get():
        return lang
    running = script_run()
    if running is None:
        return "en"
    # A page asks some 250 times a run, and `st.query_params` takes 19 µs to answer.
    return (
        _asked_for(running.query)
        or as_language(st.session_state.get(SESSION_KEY))
        or as_language(st.context.locale)
        or "en"
    )


@contextmanager
def speaking(lang: Language) -> Iterator[None]:
    """Set the language inside the block, where there is no page to ask for it.

    >>> with speaking("zh"):
    ...     language()
    'zh'
    """
    before = _SPOKEN.set(lang)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@lru_cache(maxsize=1024)
def _asked_for(query: str) -> Language | None:
    """Return the language that a URL's query asks for, or None."""
    return as_language(parse_qs(query).get("lang", [None])[-1])


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: Language) -> NullTranslations:
    """Return the gettext catalogue of a language, compiled in memory from its .po file."""
    source = _HERE / "locale" / lang / "LC_MESSAGES" / "messages.po"
    if not source.exists():  # English needs none: its messages are the ids
        return NullTranslations()
    import polib

    return GNUTranslations(BytesIO(polib.pofile(str(source)).to_binary()))


def _(message: str, /, **values: object) -> str:
    """Return the message in the reader's language, with its named placeholders filled in.

    Args:
        message: the English sentence, a literal; `{name}` stands for a value.
        values: what the placeholders stand for; format specifications such as `{loss:.3f}` work.

    >>> _("Step {step} of {total}", step=3, total=10)
    'Step 3 of 10'
    """
    translated = catalogue(language()).gettext(message)
    return translated.format(**values) if values else translated


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a message that fits the number n, which `{n}` stands for in it.

    >>> ngettext("{n} run", "{n} runs", 1), ngettext("{n} run", "{n} runs", 2)
    ('1 run', '2 runs')
    """
    return catalogue(language()).ngettext(one, many, n).format(n=n, **values)


def joined(*sentences: str) -> str:
    """Return whole sentences one after the other: Chinese puts no space between them.

    >>> joined("That is not it.", "Try once more.")
    'That is not it. Try once more.'
    """
    return ("" if language() == "zh" else " ").join(sentences)


def enumerated(words: Iterable[str]) -> str:
    """Return words one after the other as a sentence lists them: Chinese has a comma for that.

    >>> enumerated(["coat", "shirt"])
    'coat, shirt'
    >>> with speaking("zh"):
    ...     enumerated(["大衣", "衬衫"])
    '大衣、衬衫'
    """
    return ("、" if language() == "zh" else ", ").join(words)


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message for the catalogue; it is translated when it is shown."""
    return message


class Names(dict[Code, str]):
    """The English name of each code of a kind; called with a code, in the reader's language.

    Raises:
        ValueError: a code that has no name.

    >>> split_name = Names({"test": N_("test set")})
    >>> split_name("test"), list(split_name)
    ('test set', ['test'])
    """

    def __call__(self, code: Code) -> str:
        """Return the code's name in the reader's language."""
        return catalogue(language()).gettext(self[code])

    def __missing__(self, code: Code) -> str:
        raise ValueError(f"{code!r} is none of {', '.join(self)}")


@lru_cache(maxsize=256)
def _read(name: str, lang: Language) -> str:
    """Return a prose file as it lies on disk, read once a process."""
    return (_HERE / lang / f"{name}.md").read_text(encoding="utf-8")


def prose(name: str, **values: object) -> str:
    r"""Return a piece of Markdown prose in the reader's language.

    Args:
        name: the file's name without `.md`, the same in `en/` and `zh/`.
        values: what `<<name>>` stands for in the text; formulas are full of braces, so prose marks
            its placeholders with double angle brackets.
    """
    text = _read(name, language())
    for placeholder, value in values.items():
        text = text.replace(f"<<{placeholder}>>", str(value))
    return text
