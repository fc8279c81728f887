"""The boards that the playground offers to begin with."""

from __future__ import annotations

from softmax_core.data import CLASS_NAMES
from softmax_ui.addresses.playground import default_board
from softmax_ui.components.logit_board import Preset
from softmax_ui.text import _

# What a trained model might say of a shirt: the classes it is taken for come close.
_SHIRT = (2.1, -1.2, 1.4, 0.6, 1.1, -4.0, 2.6, -5.1, 0.2, -3.2)


def board_presets() -> list[Preset]:
    """Return the presets with names of their own; the board knows those for any number itself."""
    birds = default_board()
    return [
        {
            "label": " · ".join(birds.names),
            "logits": list(birds.logits),
            "names": list(birds.names),
            "target": birds.target,
        },
        {
            "label": _("Fashion-MNIST"),
            "logits": list(_SHIRT),
            "names": list(CLASS_NAMES),
            "target": CLASS_NAMES.index("Shirt"),
        },
    ]
