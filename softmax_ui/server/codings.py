"""Which compressed form of an answer a client can unpack."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

IDENTITY: Final = "identity"
"""HTTP's word for an answer as it is."""


@lru_cache(maxsize=256)
def coding_for(accepted: str, offered: tuple[str, ...]) -> str:
    """Choose a content coding, as RFC 9110, section 12.5.3, has it.

    Args:
        accepted: the request's Accept-Encoding, "" without one.
        offered: what there is, the best first.

    Returns:
        The offered coding that the client likes best, or `IDENTITY`.

    >>> coding_for("gzip, deflate, br", ("br", "gzip"))
    'br'
    >>> coding_for("br;q=0, gzip;q=0.5", ("br", "gzip"))
    'gzip'
    >>> coding_for("gzip;q=0", ("br", "gzip"))
    'identity'
    """
    weights = dict(map(_weighed, accepted.lower().split(",")))
    others = weights.get("*", 0.0)
    best = max(offered, key=lambda coding: weights.get(coding, others))
    liking = weights.get(best, others)
    as_it_is = weights.get(IDENTITY, 0.0)  # without a word about it: only if nothing else will do
    return best if liking > 0 and liking >= as_it_is else IDENTITY


def _weighed(entry: str) -> tuple[str, float]:
    """Return a coding and its weight; one that cannot be read is one that is not wanted."""
    coding, *parameters = (part.strip() for part in entry.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return coding, float(value)
            except ValueError:
                return coding, 0.0
    return coding, 1.0
