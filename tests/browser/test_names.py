"""What a person wrote is text wherever it is shown, in other people's browsers above all.

A watched page complains when it asks a foreign host for something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from softmax_core.data import FASHION_MNIST, load_fashion_mnist
from softmax_core.runs import Store, ThreadRunner
from softmax_core.training import Experiment, Variant
from softmax_ui.addresses.training import VIEWS
from softmax_ui.figures.theme import shortened
from tests.browser.names import HOSTILE
from tests.browser.test_runs import tick

Settled = Callable[[Page], None]

MARKUP = "a, img, em, del, h1, h2, h4, li, blockquote, hr, sup, .katex, [role=img]"
# What a name would become that takes effect: nothing of ours leads to or comes from there.
FOREIGN = ", ".join(
    f"[{name}*='//{host}' i]" for name in ("href", "src") for host in ("foreign", "www.foreign")
)
FOREIGN += ", [href^=mailto]"
BIDI = "a\u202eb"


def test_markdown_shows_every_character_of_a_name(
    page: Page, serve: Callable[..., str], settled: Settled
) -> None:
    page.goto(serve("tests/browser/apps/names_app.py", env={"PYTHONPATH": str(Path.cwd())}))
    settled(page)
    for place, name in enumerate(HOSTILE):
        shown = {"sentence": f"Deleted: {name}.", "alone": name, "heading": name, "label": name}
        for kind, text in shown.items():
            found = page.locator(f".st-key-{kind}{place}")
            expect(found).to_have_text(text)
            assert found.locator(MARKUP).count() == 0, (kind, name)
        said = page.locator(f".st-key-quoted{place} p").text_content()
        assert said is not None
        assert said.strip("“”") == name
    assert page.locator(FOREIGN).count() == 0


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with a finished run whose name, note and variants' names are hostile, and its id."""
    folder = tmp_path_factory.mktemp("names")
    with Store(folder / "runs.sqlite") as store:
        runner = ThreadRunner(store, lambda _data: load_fashion_mnist(download=False))
        variants = [Variant(name, 0.01 * k) for k, name in enumerate([*HOSTILE[:15], BIDI], 1)]
        run = runner.start(Experiment(variants, epochs=1, batch_size=6000))
        assert runner.wait(run.id, timeout=120).status == "finished"
        store.rename(run.id, HOSTILE[0])
        store.annotate(run.id, "\n".join(HOSTILE))
        runner.close()
    return folder, run.id


def test_names_are_text_on_every_page_and_in_the_report(
    page: Page,
    serve: Callable[..., str],
    settled: Settled,
    hostile_run: tuple[Path, str],
    tmp_path: Path,
) -> None:
    folder, run_id = hostile_run
    base = serve(env={"SOFTMAX_RUNS": str(folder)})
    for view in VIEWS:
        page.goto(f"{base}/training_dashboard?run={run_id}&view={view}&picture=3&variant=1")
        settled(page)
        expect(page.get_by_text("Finished")).to_be_visible()
        if view == "curves":
            named = [f"{k}{name}" for k, name in enumerate([*HOSTILE[:15], "ab"], 1)]
            expect(page.locator(".live-run .variants tbody th")).to_have_text(
                named, use_inner_text=False
            )
            expect(page.locator(".live-figure .main-svg").first).to_be_visible()
        assert page.locator(FOREIGN).count() == 0, view

    page.goto(f"{base}/runs?curves={quote(' '.join(f'{run_id}.{k}' for k in range(16)))}")
    settled(page)
    tick(page, 0)
    card = page.locator(".st-key-run_card")
    expect(card.locator("h3")).to_have_text(HOSTILE[0])
    expect(page.locator(".st-key-overlay .legendtext")).to_have_count(16)
    drawn = page.locator(".st-key-overlay .legendtext").all_text_contents()
    called = enumerate([*HOSTILE[:15], "ab"], 1)
    assert drawn == [f"{k} · {HOSTILE[0]} · {name}" for k, name in called]
    assert page.locator(FOREIGN).count() == 0

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as HTML").click()
    download.value.save_as(tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator("h1")).to_have_text(HOSTILE[0])
    legend = page.locator(".js-plotly-plot").first.locator(".legendtext").all_text_contents()
    assert legend == [f"{k} · {name}" for k, name in enumerate([*HOSTILE[:15], "ab"], 1)]
    assert page.locator("a, img, body b, body i").count() == 0


def test_names_of_classes_and_of_data_sets_are_text(
    page: Page, serve: Callable[..., str], settled: Settled, tmp_path: Path
) -> None:
    names = [name for name in dict.fromkeys([*HOSTILE, BIDI]) if "\n" not in name]
    hostile = replace(FASHION_MNIST, name=names[0], class_names=tuple(names[:10]))
    with Store(tmp_path / "runs.sqlite") as store:
        runner = ThreadRunner(store, lambda _data: load_fashion_mnist(download=False))
        run = runner.start(Experiment([Variant("a")], epochs=1, batch_size=6000), data=hostile)
        assert runner.wait(run.id, timeout=120).status == "finished"
        runner.close()
    base = serve(env={"SOFTMAX_RUNS": str(tmp_path)})
    for view in VIEWS:
        page.goto(f"{base}/training_dashboard?run={run.id}&view={view}&picture=3")
        settled(page)
        templates = page.locator(".live-run.templates .cell span")
        expect(templates).to_have_text(names[:10])
        if view == "why":
            expect(page.locator(".live-figure .ytick text").first).to_be_visible()
        if view == "confusion":
            ticks = page.locator(".st-key-confusion_matrix .ytick text")
            expect(ticks.first).to_be_visible()  # not one of the curves', which stand above
            drawn = ticks.all_text_contents()
            assert drawn[:10] == [shortened(name, 20) for name in names[:10]]
        assert page.locator(FOREIGN).count() == 0, view
    page.goto(f"{base}/runs?curves={run.id}.0")
    settled(page)
    tick(page, 0)
    expect(page.locator(".st-key-run_card")).to_contain_text(names[0])
    assert page.locator(FOREIGN).count() == 0


def test_names_in_an_address_are_text(page: Page, base_url: str, settled: Settled) -> None:
    names = quote(",".join(name.replace(",", "") for name in HOSTILE[1:4]), safe="")
    page.goto(f"{base_url}/logit_playground?o=1,2,3&names={names}&lang={quote(HOSTILE[0])}")
    settled(page)
    page.goto(f"{base_url}/training_dashboard?name1={quote(HOSTILE[0])}&view={quote(HOSTILE[6])}")
    settled(page)
    page.goto(f"{base_url}/training_dashboard?run={quote(HOSTILE[0], safe='')}")
    settled(page)
    expect(page.get_by_role("alert").first).to_contain_text("There is no run")
    assert page.locator(FOREIGN).count() == 0
