"""The table of the pages names each script that there is."""

from __future__ import annotations

from pathlib import Path

from softmax_ui.pages import CLASS, HOME, MENU
from softmax_ui.text import _, speaking

ROOT = Path(__file__).parents[2]


def test_every_page_is_in_the_menu_and_every_entry_has_its_script() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py")}
    assert {page.script for page in MENU} == there
    assert (ROOT / HOME.script).is_file()


def test_each_title_is_another() -> None:
    assert len({page.title for page in (HOME, *MENU)}) == len(MENU) + 1


def test_a_class_that_is_taught_is_called_otherwise_than_a_class_of_pictures() -> None:
    with speaking("zh"):
        assert CLASS.title != _("Class")
