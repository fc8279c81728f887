"""Of what a websocket sends, only what a page may ask for reaches Streamlit."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from softmax_ui.streamlit_inside.messages import is_from_a_page


class PageMessages:
    """An ASGI middleware that drops the messages that no page of ours sends, without a word.

    Nothing in them is needed, and each of them lets one client work on what belongs to all.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but those messages."""

        async def from_a_page() -> Message:
            while True:
                message = await receive()
                frame = message.get("bytes")
                if frame is None or is_from_a_page(frame):
                    return message

        await self.app(scope, from_a_page if scope["type"] == "websocket" else receive, send)
