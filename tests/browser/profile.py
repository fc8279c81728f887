"""A browser profile for one test after the other, and what is written down about each page."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebSocket

# Opened at /a_page, Streamlit's own client first looks for its server below that address, gets a
# 404 for each of these, and then finds it at the root.
LOOKED_FOR = ("/_stcore/health", "/_stcore/host-config")


def watch(page: Page, complaints: list[str]) -> None:
    """Write down console errors, page errors and requests that leave for another host."""

    def console(message: ConsoleMessage) -> None:
        where = message.location
        if message.type == "error" and not where["url"].endswith(LOOKED_FOR):
            complaints.append(f"console: {message.text} ({where['url']}:{where['lineNumber']})")

    def address(kind: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "localhost":
            complaints.append(f"{kind} to another host: {url}")

    def request(sent: Request) -> None:
        address("request", sent.url)

    def websocket(opened: WebSocket) -> None:
        address("websocket", opened.url)

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", request)
    page.on("websocket", websocket)


class Profile:
    """A browser profile in which one test after the other opens its page.

    What the servers sent stays in it, so that a page opens by a fifth faster; what a page stored
    does not: `forget()` leaves the profile as a person's is who has never been here.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._origins: set[str] = set()
        # Through a page that stays open, for the others come and go.
        self._protocol = context.new_cdp_session(context.new_page())

    def open(self, complaints: list[str]) -> Page:
        """Open a watched page."""
        page = self._context.new_page()
        page.on("framenavigated", lambda frame: self._note(frame.url))
        watch(page, complaints)
        return page

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.netloc:
            self._origins.add(f"{parts.scheme}://{parts.netloc}")

    def pages(self) -> set[Page]:
        """The pages that are open now."""
        return set(self._context.pages)

    def forget(self) -> None:
        """Drop cookies and whatever else the pages have stored, but not the files they fetched."""
        for origin in self._origins:
            wanted = {"origin": origin, "storageTypes": "all"}
            self._protocol.send("Storage.clearDataForOrigin", wanted)
        self._origins.clear()
