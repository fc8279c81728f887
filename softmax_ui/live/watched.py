"""What somebody watches of a run: a view with its settings, a language; in and out of a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from softmax_ui.addresses.training import watching_state
from softmax_ui.text import Language, as_language

PATH: Final = "live"
"""The route's first segment; the run's id is the second."""

_LANGUAGE: Final = "lang"
_USED: Final[Mapping[str, tuple[str, ...]]] = {
    "curves": ("view", "measures", "axis", "log", "variant"),
    "templates": ("view", "variant", "epoch"),
}
"""View -> the settings that decide what moves in it; of the other views only the status moves."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a page shows of a run. Equal ones are shown the same, so they share one message.

    Attributes:
        run_id: the run.
        language: the reader's.
        settings: name and value of each setting of `watching_state` that matters in this view.
    """

    run_id: str
    language: Language
    settings: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, run_id: str, language: Language, values: Mapping[str, Any]) -> Watched:
        """Return what is watched with these values of the settings."""
        used = _USED.get(values["view"], ("view",))
        return cls(run_id, language, tuple((name, values[name]) for name in used))

    @classmethod
    def from_query(cls, run_id: str, query: Mapping[str, str]) -> Watched:
        """Return what a request asks for; nonsense in it is read as the default."""
        values, _problems = watching_state().read(query)
        return cls.of(run_id, as_language(query.get(_LANGUAGE)) or "en", values)

    def address(self) -> str:
        """Return where a browser asks for it, relative to the app."""
        query = {_LANGUAGE: self.language, **watching_state().query(**dict(self.settings))}
        return f"{PATH}/{quote(self.run_id, safe='')}?{urlencode(query)}"

    def values(self) -> dict[str, Any]:
        """Return the settings by name."""
        return dict(self.settings)
