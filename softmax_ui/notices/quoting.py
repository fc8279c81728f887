"""Values from outside inside of a sentence, and what the core says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.text import _, ngettext
from softmax_ui.text.lines import one_line

_LONGEST_QUOTE: Final = 60
LONGEST_MESSAGE: Final = 600
"""Of an error that has no sentence of its own."""


def quoted(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return a value from outside as Markdown code: it is shown, and nothing in it takes effect.

    >>> quoted("<b>x</b>"), quoted("a`b")
    ('`<b>x</b>`', '`` a`b ``')
    """
    line = one_line(str(value))
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    if ":material/" in line or not line:  # which Streamlit changes in code too
        return f"“{as_markdown(line)}”"
    ticks = re.findall("`+", line)
    fence = "`" * (len(max(ticks, default="", key=len)) + 1)
    return f"{fence} {line} {fence}" if ticks else f"`{line}`"


# What the core says of a field in English, and the same in the reader's language.
_ALLOWED: Final[Sequence[tuple[str, Callable[..., str]]]] = (
    (r"a number from (\S+) to (\S+)", lambda low, high: _(
        "a number from {low} to {high}", low=low, high=high)),
    (r"a whole number from (\S+) to (\S+)", lambda low, high: _(
        "a whole number from {low} to {high}", low=low, high=high)),
    (r"one of (.+)", lambda options: _("one of {options}", options=quoted(options))),
    (r"a text that is not empty", lambda: _("a text that is not empty")),
    (r"a text of one line that is not empty", lambda: _("a text of one line that is not empty")),
    (r"different for each class", lambda: _("different for each class")),
    (r"(\d+) to (\d+) pixels high and wide", lambda least, most: _(
        "{least} to {most} pixels high and wide", least=least, most=most)),
    (r"a whole number from (\S+)", lambda low: _("a whole number from {low}", low=low)),
    (r"(.+), as the training pictures", lambda size: _(
        "{size}, as the training pictures", size=size)),
    (r"one label for each of the (\d+) pictures", lambda count: _(
        "one label for each of the {count} pictures", count=count)),
    (r"class indices from 0 to (\d+)", lambda last: _(
        "class indices from 0 to {last}", last=last)),
    (r"a (\S+) tensor (.+), N at least 1", lambda kind, shape: _(
        "an array of type {kind} and shape {shape}, N at least 1", kind=kind, shape=shape)),
    (r"(\d+) names", lambda count: ngettext("{n} name", "{n} names", int(count))),
    (r"a list of names", lambda: _("a list of names")),
    (r"a sha256 in hexadecimal", lambda: _("a sha256 in hexadecimal")),
    (r"the fields of one", lambda: _("the fields of a description")),
    (r"a line without control characters|written without control characters", lambda: _(
        "a text without line breaks and control characters")),
    (r"(?:a text of )?at most (\d+) characters(?: long)?", lambda length: _(
        "a text of at most {length} characters", length=length)),
    (r"at most the (\d+) pictures (?:trained on|there)", lambda count: _(
        "at most the {count} pictures trained on", count=count)),
    (r"different for each variant", lambda: _("different for each variant")),
    (r"a list of variants|made of Variant objects", lambda: _("a list of variants")),
    (r"(\d+) to (\d+) of them", lambda least, most: _(
        "{least} to {most} of them", least=least, most=most)),
    (r"an object with named fields", lambda: _("an object with named fields")),
    (r"given", lambda: _("given")),
    (r"(\d+); a newer program wrote others", lambda version: _(
        "{version}; a newer program wrote others", version=version)),
    (r"at most (\d+) with minibatches of (\d+): this server allows ([\d,]+) steps a run",
        lambda epochs, batch, steps: _(
            "at most {epochs} with minibatches of {batch}: this server allows {steps} steps a run",
            epochs=epochs, batch=batch, steps=steps)),
)  # fmt: skip


def allowed_words(said: str) -> str:
    """Return what the core allows, in the reader's language; what it does not know, as it is."""
    for pattern, in_words in _ALLOWED:
        if found := re.fullmatch(pattern, said):
            return in_words(*found.groups())
    return quoted(said)
