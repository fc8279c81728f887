"""The page of all runs, as a person uses it: tick, compare, take along, delete and undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from softmax_core.runs import Store
from softmax_core.runs.exporting import read_experiment
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, StepRecord
from tests.browser.server import end_server, start_server

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]
ROW = 44


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose store has two finished runs."""
    folder = tmp_path_factory.mktemp("runs_page")
    with Store(folder / "runs" / "runs.sqlite") as store:
        for rate in (0.5, 0.1):
            run = store.create(Experiment([Variant(f"η {rate}", rate)], epochs=2), 40)
            steps = [StepRecord(n, 1 + n // 21, [rate + 1 / n], *[[0.5]] * 3) for n in range(1, 41)]
            table = [[100 * (row == column) for column in range(10)] for row in range(10)]
            ends = [
                EpochRecord(n, 20 * n, [0.5], [0.5], None, None, [0.6], [0.8], [table])
                for n in (1, 2)
            ]
            store.append(run.id, steps, ends, seconds=(0.0, 2.0))
            store.set_status(run.id, "finished")
    server, address = start_server(folder)
    yield address
    end_server(server)


def tick(page: Page, row: int) -> None:
    """Tick a row of the list; it is drawn on a canvas, so by its place, once it is there.

    The canvas keeps a table for those who do not see it: its first row holds the heads.
    """
    table = page.get_by_test_id("stDataFrame").first
    told = table.locator(f"tr[aria-rowindex='{row + 2}']")
    expect(told).to_have_attribute("aria-selected", "false")
    table.locator(".dvn-scroller").click(position={"x": 18, "y": 36 + ROW * (row + 0.5)})
    expect(told).to_have_attribute("aria-selected", "true")


def test_runs_are_ticked_and_compared(base: str, open_page: OpenPage, settled: Settled) -> None:
    page = open_page()
    page.goto(f"{base}/runs")
    settled(page)
    tick(page, 0)
    expect(page.locator(".st-key-run_card")).to_be_visible()
    tick(page, 1)
    expect(page.locator(".st-key-delete_many")).to_be_visible()
    page.locator(".st-key-add_ticked button").click()
    page.wait_for_function(
        "() => document.querySelector('.st-key-overlay .live-figure')?.calcdata?.length === 2"
    )
    page.get_by_role("radio", name="seconds of training").click()
    page.wait_for_function(
        """() => Math.max(...document.querySelector('.st-key-overlay .live-figure')
            .calcdata[0].map((point) => point.x)) === 2"""
    )
    page.wait_for_url("**axis=time**")
    page.reload()
    settled(page)
    page.wait_for_function(
        "() => document.querySelector('.st-key-overlay .live-figure')?.calcdata?.length === 2"
    )


def test_a_report_is_read_without_a_network(
    base: str, open_page: OpenPage, settled: Settled, browser: Browser, tmp_path: Path
) -> None:
    page = open_page()
    page.goto(f"{base}/runs")
    settled(page)
    tick(page, 0)
    page.get_by_role("button", name="Export").click()
    saved = {}
    for label in ("Experiment as JSON", "Report as HTML"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        saved[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[label])
    link = page.get_by_role("link", name="Steps as CSV")
    answer = page.request.get(urljoin(page.url, link.get_attribute("href") or ""))
    assert "attachment" in answer.headers["content-disposition"]
    heads = "step", "epoch", "seconds", "variant", "loss", "accuracy", "saturation", "gradient_norm"
    assert answer.text().splitlines()[0] == "\ufeff" + ",".join(f'"{head}"' for head in heads)
    described = read_experiment(saved["Experiment as JSON"].read_bytes())
    assert described.experiment.variants[0].learning_rate == 0.1

    offline = browser.new_context(offline=True)
    report = offline.new_page()
    asked: list[str] = []
    report.on("request", lambda sent: asked.append(sent.url))
    report.goto(saved["Report as HTML"].as_uri())
    expect(report.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    drawn = report.locator(".js-plotly-plot").evaluate_all(
        "(nodes) => nodes.map((node) => node.calcdata.length)"
    )
    assert drawn == [1, 1, 1, 1]
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    offline.close()


def test_an_experiment_comes_in_and_nonsense_does_not(
    base: str, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page()
    page.goto(f"{base}/runs")
    settled(page)
    page.get_by_text("Import an experiment").click()
    chooser = page.locator(".st-key-file input[type=file]")
    chooser.set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    expect(page.get_by_text("softmax-explorer experiment")).to_be_visible()


def test_a_run_is_deleted_and_comes_back(base: str, open_page: OpenPage, settled: Settled) -> None:
    page = open_page()
    page.goto(f"{base}/runs")
    settled(page)
    tick(page, 0)
    page.locator(".st-key-delete button").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    undo.click()
    expect(undo).to_have_count(0)
    tick(page, 1)
    expect(page.locator(".st-key-run_card, .st-key-delete_many").first).to_be_visible()
