"""Firefox and WebKit, each driven by the protocol that it speaks itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.request import Request, urlopen

from websockets.sync.client import connect

T = TypeVar("T")
Actions = Sequence[dict[str, Any]]

MINI_BROWSER: Final = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
WAIT_S: Final = 60.0
KEYS: Final = {"Enter": "\ue007", "Tab": "\ue004", "ArrowUp": "\ue013", "ArrowDown": "\ue015"}

# Finds an element, in open shadow roots too: what we draw ourselves stands in them.
DEEP: Final = """
const deep = (selector, place = document) => {
  const found = place.querySelector(selector);
  if (found) return found;
  for (const node of place.querySelectorAll("*")) {
    const inner = node.shadowRoot && deep(selector, node.shadowRoot);
    if (inner) return inner;
  }
  return null;
};
"""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(what: Callable[[], T], seconds: float = WAIT_S) -> T:
    """Return the first true value of something; fail when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds:.0f} s; the last value was {value!r}"
        time.sleep(0.1)


class Driver(ABC):
    """A browser with one page."""

    name: str

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address, and wait until the document is loaded."""

    @abstractmethod
    def run(self, body: str) -> Any:
        """Return what a function with this body returns in the page."""

    @abstractmethod
    def act(self, actions: Actions) -> None:
        """Perform actions, as WebDriver and WebDriver BiDi both describe them."""

    @abstractmethod
    def end(self) -> None:
        """Close the browser."""

    def find(self, selector: str, expression: str) -> Any:
        """Return an expression of the element `node`, or None where there is none."""
        return self.run(
            f"{DEEP} const node = deep({json.dumps(selector)}); return node ? {expression} : null;"
        )

    def shown(self, selector: str) -> dict[str, float]:
        """Wait until an element is there; scroll to it and return where it is."""
        until(lambda: self.find(selector, "node.getBoundingClientRect().width > 0"))
        self.find(selector, "(node.scrollIntoView({ block: 'center' }), 1)")
        box: dict[str, float] = self.find(selector, "node.getBoundingClientRect().toJSON()")
        return box

    def click(self, selector: str) -> None:
        """Click with the mouse into the middle of an element."""
        box = self.shown(selector)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.pointer(("pointerMove", x, y), ("pointerDown",), ("pointerUp",))

    def pointer(self, *steps: tuple[Any, ...]) -> None:
        """Move the mouse, press and release it."""
        moves = []
        for kind, *place in steps:
            step: dict[str, Any] = {"type": kind}
            if place:
                step |= {"x": round(place[0]), "y": round(place[1]), "duration": 40}
            else:
                step |= {"button": 0}
            moves.append(step)
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.act([{**mouse, "actions": moves}])

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        both = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        self.act([{"type": "key", "id": "keys", "actions": both}])


class Firefox(Driver):
    """Firefox by WebDriver BiDi, which it speaks without a program between."""

    name = "firefox"

    def __init__(self, folder: Path, *, width: int, height: int) -> None:
        """Start it with a profile in a folder."""
        port = free_port()
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--profile", str(folder),
             f"--remote-debugging-port={port}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
        )  # fmt: skip
        self._ids = itertools.count(1)
        self._open = ExitStack()

        def opened() -> Any:
            try:
                address = f"ws://127.0.0.1:{port}/session"
                return self._open.enter_context(connect(address, max_size=None))
            except OSError:
                return None

        self._socket = until(opened)
        self._ask("session.new", capabilities={})
        # The first tab never has the focus.
        first = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        self._tab = self._ask("browsingContext.create", type="tab")["context"]
        self._ask("browsingContext.close", context=first)
        size = {"width": width, "height": height}
        self._ask("browsingContext.setViewport", context=self._tab, viewport=size)

    def _ask(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=WAIT_S))
            if said.get("id") == number:
                assert said["type"] == "success", said
                return said["result"]

    def open(self, url: str) -> None:
        """See `Driver`."""
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, body: str) -> Any:
        """See `Driver`."""
        said = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify((() => {{ {body} }})() ?? null)",
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])

    def act(self, actions: Actions) -> None:
        """See `Driver`."""
        self._ask("input.performActions", context=self._tab, actions=list(actions))

    def end(self) -> None:
        """See `Driver`."""
        self._open.close()
        self._process.terminate()
        self._process.wait(timeout=30)


class WebKit(Driver):
    """WebKitGTK by its WebDriver, on a screen of its own."""

    name = "webkit"

    def __init__(self, folder: Path, *, width: int, height: int) -> None:
        """Start it, with its files in a folder."""
        display, port = f":{free_port()}", free_port()
        self._screen = subprocess.Popen(
            ["Xvfb", display, "-screen", "0", f"{width + 100}x{height + 200}x24"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        own = {
            "HOME": str(folder),
            "DISPLAY": display,
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        self._process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._base = f"http://127.0.0.1:{port}/session"
        browser = {"binary": MINI_BROWSER, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}

        def started() -> Any:
            try:
                return self._ask("POST", "", {"capabilities": wanted})
            except OSError:
                return None

        self._base += "/" + until(started)["sessionId"]
        self._ask("POST", "/window/rect", {"width": width, "height": height, "x": 0, "y": 0})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(
            self._base + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urlopen(request, timeout=WAIT_S) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        """See `Driver`."""
        self._ask("POST", "/url", {"url": url})

    def run(self, body: str) -> Any:
        """See `Driver`."""
        return self._ask("POST", "/execute/sync", {"script": body, "args": []})

    def act(self, actions: Actions) -> None:
        """See `Driver`."""
        self._ask("POST", "/actions", {"actions": list(actions)})

    def end(self) -> None:
        """See `Driver`."""
        self._ask("DELETE", "")
        for process in (self._process, self._screen):
            process.terminate()
            process.wait(timeout=30)


DRIVERS: Final[dict[str, tuple[type[Firefox] | type[WebKit], tuple[str, ...]]]] = {
    "firefox": (Firefox, ("firefox-esr",)),
    "webkit": (WebKit, ("WebKitWebDriver", "Xvfb", MINI_BROWSER)),
}
"""Name -> driver, and the programs that it needs."""


def missing(name: str) -> list[str]:
    """Return the programs that a browser needs and this machine has not."""
    return [program for program in DRIVERS[name][1] if shutil.which(program) is None]
