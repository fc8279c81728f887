"""What the server does besides Streamlit's pages: routes of its own, and a tidy end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import BaseRoute

from softmax_ui import cache


def routes() -> list[BaseRoute]:
    """Return the routes that are not Streamlit's."""
    return []


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Store and join the training threads when the server ends."""
    yield
    cache.runner.clear()
