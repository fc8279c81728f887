"""The pages: where each one's script lies, its address and its title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from softmax_ui.text import _


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the app.

    Attributes:
        script: the file that draws it, relative to the app.
        titled: returns its title in the reader's language.
    """

    script: str
    titled: Callable[[], str]

    @property
    def title(self) -> str:
        """The page's title in the reader's language."""
        return self.titled()

    @property
    def address(self) -> str:
        """The page's address, relative to the app's.

        >>> TRAINING.address
        'training_dashboard'
        """
        return PurePosixPath(self.script).stem


HOME: Final = Page("app.py", lambda: "Softmax Explorer")
PLAYGROUND: Final = Page("pages/logit_playground.py", lambda: _("Logit playground"))
GRADIENT: Final = Page("pages/vanishing_gradient.py", lambda: _("Vanishing gradient"))
PRECISION: Final = Page("pages/numerical_precision.py", lambda: _("Numerical precision"))
TRAINING: Final = Page("pages/training_dashboard.py", lambda: _("Training"))
RUNS: Final = Page("pages/runs.py", lambda: _("Runs"))
LESSON: Final = Page("pages/lesson.py", lambda: _("Lesson"))

MENU: Final = (PLAYGROUND, GRADIENT, PRECISION, TRAINING, RUNS, LESSON)
"""The pages in the order of the menu, after home."""
