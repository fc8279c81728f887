"""What is watched of a run, a view with its settings and a language, to and from a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from softmax_ui.addresses.training import any_watching_state
from softmax_ui.text import Language, as_language

PATH: Final = "live"
"""The route's first segment; the run's id is the second."""

_LANGUAGE: Final = "lang"
_USED: Final = (
    "view", "axis", "whole", "log", "x_log", "smooth", "variant", "wall", "pins", "step",
)  # fmt: skip
"""The settings that the moving parts depend on."""


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
