"""The command `softmax-explorer`, by its words, its output and what it starts."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import runpy
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import softmax_core
from softmax_ui import command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been started as `python -m …`."""
    calls: list[list[str]] = []
    monkeypatch.setattr(sys, "argv", ["softmax-explorer"])
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: calls.append([name, *sys.argv[1:]]))
    return calls


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_it_serves_the_app_on_the_port_and_says_where(
    started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port = listener.getsockname()[1]
    assert command.main(["--port", str(port)]) == 0
    assert started == [["streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]]
    assert f"http://localhost:{port} " in capsys.readouterr().out


def test_a_taken_port_is_said_with_one_to_take(
    started: list[list[str]], taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--port", str(taken_port)]) == 1
    assert f"softmax-explorer --port {taken_port + 1} " in capsys.readouterr().err
    assert started == []


def test_without_the_apps_packages_it_says_how_to_get_them(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "polib" else name)
    assert command.main([]) == 1
    assert 'pip install "softmax-explorer[app]"' in capsys.readouterr().err
    assert started == []


def test_it_looks_for_each_package_that_the_app_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = map(Requirement, project["optional-dependencies"]["app"])
    here = {
        each.name.replace("-", "_")
        for each in needed
        if each.marker is None or each.marker.evaluate()
    }
    assert here == set(command.APP_PACKAGES)


def test_an_app_in_the_package_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_HERE", tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").touch()
    assert command.script() == tmp_path / "app" / "app.py"


def test_the_commands_of_the_core_go_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        command.main(["train", "--help"])
    assert "usage: softmax-explorer train" in capsys.readouterr().out


@pytest.mark.parametrize("installed", ["9.9", None])
def test_the_version_is_the_installed_one_or_the_checkouts(
    installed: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert command.main(["--version"]) == 0
    assert capsys.readouterr().out == f"Softmax Explorer {installed or softmax_core.__version__}\n"
