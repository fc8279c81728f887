"""What the server does besides Streamlit's pages: routes of its own, and a tidy end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import BaseRoute

from softmax_ui import cache
from softmax_ui.ending import storing_first


def routes() -> list[BaseRoute]:
    """Return the routes that are not Streamlit's."""
    return []


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Store the runs and join their threads when the server ends, however it is told to."""
    with storing_first(close_runs):
        yield


def close_runs() -> None:
    """End every run at its next step, store it, and fold the store into its one file."""
    cache.runner.clear()
    cache.store.clear()
