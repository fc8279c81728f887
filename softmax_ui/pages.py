"""The pages: where each one's script lies, its address and its title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from softmax_ui.sharing import is_shared
from softmax_ui.text import _


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the app.

    Attributes:
        script: the file that draws it, relative to the app.
        titled: returns its title in the reader's language.
        described: returns what it is about in a sentence, for those who find or share its link.
    """

    script: str
    titled: Callable[[], str]
    described: Callable[[], str]

    @property
    def title(self) -> str:
        """The page's title in the reader's language."""
        return self.titled()

    @property
    def full_title(self) -> str:
        """The title of its document: with the app's name."""
        return self.title if self.title == _APP else f"{self.title} · {_APP}"

    @property
    def description(self) -> str:
        """What it is about in a sentence, in the reader's language."""
        return self.described()

    @property
    def address(self) -> str:
        """The page's address, relative to the app's; "" for home.

        >>> TRAINING.address, HOME.address
        ('training_dashboard', '')
        """
        path = PurePosixPath(self.script)
        return path.stem if path.parent.name else ""


_APP: Final = "Softmax Explorer"

HOME: Final = Page(
    "app.py",
    lambda: _APP,
    lambda: _(
        "See softmax, from three numbers to a model that learns live: drag a logit, and the "
        "probabilities move with it."
    ),
)
PLAYGROUND: Final = Page(
    "pages/logit_playground.py",
    lambda: _("Logit playground"),
    lambda: _(
        "Drag up to twenty logits and watch softmax, its Jacobian, the cross-entropy loss and its "
        "gradient follow."
    ),
)
GRADIENT: Final = Page(
    "pages/vanishing_gradient.py",
    lambda: _("Vanishing gradient"),
    lambda: _(
        "Where the gradient of softmax vanishes, and why cross-entropy still learns where squared "
        "error does not."
    ),
)
PRECISION: Final = Page(
    "pages/numerical_precision.py",
    lambda: _("Numerical precision"),
    lambda: _(
        "Overflow, underflow and nan: what softmax and its loss do in float64, float32, bfloat16 "
        "and float16, digit by digit."
    ),
)
TRAINING: Final = Page(
    "pages/training_dashboard.py",
    lambda: _("Training"),
    lambda: _(
        "Watch softmax regression, written from scratch, learn Fashion-MNIST step by step, and ask "
        "it why."
    ),
)
RUNS: Final = Page(
    "pages/runs.py",
    lambda: _("Runs"),
    lambda: _("Compare the runs that were trained here: settings, curves, reports."),
)
LESSON: Final = Page(
    "pages/lesson.py",
    lambda: _("Lesson"),
    lambda: _(
        "From three numbers to a trained model: softmax, its Jacobian, cross-entropy and "
        "generalization, with a prediction to make before each step."
    ),
)
CLASS: Final = Page(
    "pages/classroom.py",
    lambda: _("The class"),
    lambda: _(
        "Put a question to a class: everybody answers on their phone, with numbers of their own, "
        "and the answers grow live."
    ),
)

MENU: Final = (PLAYGROUND, GRADIENT, PRECISION, TRAINING, RUNS, LESSON, CLASS)
"""The pages in the order of the menu, after home."""


def menu() -> tuple[Page, ...]:
    """Return the pages that are offered: on one's own machine there is no class to ask."""
    return MENU if is_shared() else tuple(page for page in MENU if page is not CLASS)
