"""A page of the app as a browser holds it, drawn by nobody: its websocket, and its polling."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from tests.benchmarks.polling import Poller

RUN: Final = re.compile(r"run=([\w-]+)")
_LIVE: Final = "softmax_live_run"
"""The component that says where the moving parts are asked for; others have their own addresses."""
_STARTS_MADE: Final = re.compile(r"_\d+$")
"""What a button that starts runs has at the end of its key: how many the session has started."""


@dataclass
class Session:
    """One page that stays open. What changes the page's buttons is not asked for anew.

    Attributes:
        base: the server's address.
        page: the page's name in the URL.
        query: the page's settings in the URL.
        local: the address of this machine that it comes from; "" for any.
        polls: whether it asks for the moving parts, too.
        on_step: told (step, moment) for each answer that shows a new step.
        errors: what went wrong, in words.
        received: bytes that came over the websocket.
        poller: what asks for the moving parts, once the page has said where.
        buttons: key -> widget id of the page's buttons, the newest; without the number of starts.
        drawn: set when the page's script has run to its end.
    """

    base: str
    page: str
    query: str
    on_step: Callable[[int, float], None] = lambda _step, _moment: None
    local: str = ""
    polls: bool = True
    errors: list[str] = field(default_factory=list)
    received: int = 0
    poller: Poller | None = None
    buttons: dict[str, str] = field(default_factory=dict)
    drawn: asyncio.Event = field(default_factory=asyncio.Event)
    _polling: asyncio.Task[None] | None = None
    _timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _hash: str = ""

    async def stay(self, until: float) -> None:
        """Open the page and live with it until a moment, as a browser tab does."""
        parts = urlsplit(self.base)
        url = f"ws://{parts.netloc}/_stcore/stream"
        from_where: dict[str, Any] = {"local_addr": (self.local, 0)} if self.local else {}
        try:
            async with connect(
                url,
                subprotocols=[Subprotocol("streamlit")],
                origin=Origin(self.base),
                max_size=None,
                open_timeout=120,
                ping_interval=None,  # the server's is enough
                **from_where,
            ) as socket:
                self.socket = socket
                await self._send()
                with suppress(TimeoutError):
                    while (left := until - monotonic()) > 0:
                        self._take(await asyncio.wait_for(socket.recv(), left))
        except Exception as error:  # whatever it was is what the load script counts
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            for task in (self._polling, *self._timers.values()):
                if task:
                    task.cancel()

    async def press(self, key: str) -> None:
        """Press a button of the page."""
        pressed = WidgetState(id=self.buttons[key], trigger_value=True)
        await self._send(pressed=pressed)

    async def _send(self, fragment: str = "", pressed: WidgetState | None = None) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_name = "" if self._hash else self.page
        state.page_script_hash = self._hash
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        state.context_info.url = f"{self.base}/{self.page}"
        if pressed is not None:
            state.widget_states.widgets.append(pressed)
        await self.socket.send(message.SerializeToString())

    def _take(self, content: str | bytes) -> None:
        assert isinstance(content, bytes)
        self.received += len(content)
        message = ForwardMsg()
        message.ParseFromString(content)
        kind = message.WhichOneof("type")
        if kind == "auto_rerun":
            self._every(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._end_timer(fragment)
        elif kind == "new_session":
            self._hash = message.new_session.page_script_hash
            if not message.metadata.run.fragment_ids:  # the whole page runs, not a part
                for fragment in list(self._timers):
                    self._end_timer(fragment)
        elif kind == "script_finished":
            self.drawn.set()
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._read_element(message)
        elif kind == "session_event" and message.session_event.HasField(
            "script_compilation_exception"
        ):
            self.errors.append(message.session_event.script_compilation_exception.message)

    def _read_element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == 1:  # an st.error
            self.errors.append(element.alert.body)
        elif kind == "button":
            key = element.button.id.rsplit("-", 1)[-1]
            self.buttons[_STARTS_MADE.sub("", key)] = element.button.id
        elif kind == "bidi_component" and element.bidi_component.component_name == _LIVE:
            self._poll(_data(element.bidi_component).get("address"))

    def _poll(self, address: str | None) -> None:
        if address is None or not self.polls or (self.poller and self.poller.address == address):
            return
        if self._polling:
            self._polling.cancel()
        self.poller = Poller(self.base, address, self.on_step, self.errors)
        self._polling = asyncio.create_task(self.poller.stay())

    def _every(self, fragment: str, seconds: float) -> None:
        self._end_timer(fragment)
        self._timers[fragment] = asyncio.create_task(self._tick(fragment, seconds))

    def _end_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()

    async def _tick(self, fragment: str, seconds: float) -> None:
        with suppress(Exception):  # the socket's own reader reports what broke
            while True:
                await asyncio.sleep(seconds)
                await self._send(fragment)


def _data(component: Any) -> dict[str, Any]:
    """Return what the script gave a component, if it is JSON."""
    kind = component.WhichOneof("data")
    given = {"json": component.json, "mixed": component.mixed.json}.get(kind, "")
    found = json.loads(given) if given else None
    return found if isinstance(found, dict) else {}
