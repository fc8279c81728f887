"""Two clicks that come at once: the second one ends nothing that the first has begun."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.server import end_server, start_server
from tests.ui.server.client import Client

CLICKS = 12


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("double")
    process, base = start_server(folder)
    yield base, folder / "runs"
    end_server(process)


def until_finished(page: Client) -> tuple[str, str]:
    """Read until a run of the script has ended; the button Start's id, and the page's address."""
    button, address = "", ""
    while (got := page.receive()) is not None:
        kind = got.WhichOneof("type")
        if kind == "delta" and got.delta.new_element.button.label == "Start":
            button = got.delta.new_element.button.id
        if kind == "page_info_changed":
            address = got.page_info_changed.query_string
        if kind == "script_finished":
            return button, address
    raise ConnectionError("closed before the page was drawn")


def test_a_double_click_starts_one_run_and_shows_it(served: tuple[str, Path]) -> None:
    base, runs = served
    for number in range(1, CLICKS + 1):
        with Client(base) as page:
            page.open_websocket()
            page.ask("training_dashboard", "speed=10&lang=en")
            button, _address = until_finished(page)
            click = BackMsg()
            click.rerun_script.query_string = "speed=10&lang=en"
            click.rerun_script.page_name = "training_dashboard"
            click.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
            page.send(click)
            page.send(click)
            addresses: list[str] = []
            while not any("run=" in address for address in addresses):
                addresses.append(until_finished(page)[1])
                assert len(addresses) < 4, "no run is shown"
        (file,) = runs.glob("*.sqlite")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
            assert store.execute("SELECT count(*) FROM runs").fetchone() == (number,)
