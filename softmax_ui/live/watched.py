"""What is watched of a run, a view with its settings and a language, to and from a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from softmax_ui.addresses.training import any_watching_state
from softmax_ui.text import Language, as_language

PATH: Final = "live"
"""The route's first segment; the run's id is the second."""

_LANGUAGE: Final = "lang"
_USED: Final = (
    "view", "axis", "whole", "log", "x_log", "smooth", "variant", "wall", "pins", "step",
)  # fmt: skip
"""The settings that the moving parts depend on."""


_LONG: Final = 2000
"""Bytes of an address that is read anew each time, so that nobody fills the memory with them."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The view of a run that a page shows. Equal ones share one message.

    Attributes:
        run_id: the run.
        language: the reader's.
        settings: name and value of each setting of `any_watching_state` that matters in this view.
    """

    run_id: str
    language: Language
    settings: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, run_id: str, language: Language, values: Mapping[str, Any]) -> Watched:
        """Keep the settings that matter: of a picture under "why" only whether there is one."""
        used = [(name, values[name]) for name in _USED]
        if values["view"] == "why":
            used.append(("picture", min(values["picture"], 0)))
        return cls(run_id, language, tuple(used))

    @classmethod
    def from_query(cls, run_id: str, query: Mapping[str, str]) -> Watched:
        """Read a request's parameters; an invalid value is replaced by its default."""
        values, _problems = any_watching_state().read(query)
        return cls.of(run_id, as_language(query.get(_LANGUAGE)) or "en", values)

    def address(self) -> str:
        """Return the URL of its messages, relative to the app."""
        query = {_LANGUAGE: self.language, **any_watching_state().query(**dict(self.settings))}
        return f"{PATH}/{quote(self.run_id, safe='')}?{urlencode(query)}"

    def values(self) -> dict[str, Any]:
        """Return the settings by name."""
        return dict(self.settings)


@dataclass(frozen=True, slots=True)
class Question:
    """What a page that watches asks.

    Attributes:
        watched: the view of a run.
        seen: the marker of the message that the page has; "" for none.
        after_ms: how long ago it asked before; None where it does not say.
    """

    watched: Watched
    seen: str
    after_ms: int | None

    @classmethod
    def of(cls, run_id: str, query: bytes) -> Question:
        """Read a request's parameters: what is the same for all who watch the same is read once."""
        settings, own = [], {}
        for part in query.split(b"&"):
            name, _equals, value = part.partition(b"=")
            if name in (b"seen", b"after"):
                own[name] = value
            else:
                settings.append(part)
        rest = b"&".join(settings)
        read = _read if len(run_id) + len(rest) < _LONG else _read.__wrapped__
        after = own.get(b"after", b"")
        return cls(
            read(run_id, rest),
            own.get(b"seen", b"").decode("latin-1"),
            int(after) if after.isdigit() and len(after) < 8 else None,
        )


@lru_cache(maxsize=1024)
def _read(run_id: str, query: bytes) -> Watched:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return Watched.from_query(run_id, dict(pairs))
