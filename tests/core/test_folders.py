"""Where data and runs lie: in a checkout, where it is installed, and where a person says."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from softmax_core import folders
from softmax_core.folders import data_folder, runs_folder, without_folders


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOFTMAX_DATA", raising=False)
    monkeypatch.delenv("SOFTMAX_RUNS", raising=False)


def test_a_checkout_keeps_them_beside_the_code() -> None:
    project = Path(__file__).parents[2]
    assert data_folder() == project / ".data"
    assert runs_folder() == project / ".data" / "runs"


@pytest.mark.parametrize("beside", [[], ["app.py"], ["pyproject.toml"]])
def test_installed_they_go_to_the_users_folder(
    beside: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in beside:  # what other packages leave in site-packages makes no checkout of it
        (tmp_path / name).touch()
    monkeypatch.setattr(folders, "PACKAGES_FOLDER", tmp_path)
    users = platformdirs.user_data_path("softmax-explorer", appauthor=False)
    assert data_folder() == users
    assert runs_folder() == users / "runs"
    assert tmp_path not in users.parents


def test_the_environment_wins_and_an_argument_wins_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOFTMAX_DATA", "pictures")
    monkeypatch.setenv("SOFTMAX_RUNS", "elsewhere")
    assert data_folder() == tmp_path / "pictures"
    assert data_folder("mine") == tmp_path / "mine"
    assert data_folder("~") == Path.home()
    assert runs_folder() == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("[Errno 2] No such file: '/home/me/my runs/x.bin'", "[Errno 2] No such file: 'x.bin'"),
        (r"cannot open C:\Users\me\runs.sqlite", "cannot open runs.sqlite"),
        ("see https://example.org/a/b or /etc", "see https://example.org/a/b or /etc"),
        ("loss/step and 3/4 stay", "loss/step and 3/4 stay"),
        ("/a b/c/runs.sqlite is full", "runs.sqlite is full"),
    ],
)
def test_a_message_names_no_folder(message: str, told: str) -> None:
    assert without_folders(message, Path("/a b/c")) == told
