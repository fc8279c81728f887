"""The wheel, installed: whole, served from anywhere, and nothing written beside it.

It is built and installed without a network: the packages that it needs are those of the tests.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import end_server, free_port, wait_for

ROOT = Path(__file__).parents[1]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# Each page as a person opens it, from app.py, in a process that knows only what is installed.
DRAW_PAGES = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
import softmax_core, softmax_ui
from softmax_ui.command import script

place = Path(sys.argv[1])
assert place in Path(softmax_core.__file__).parents, softmax_core.__file__
assert place in Path(softmax_ui.__file__).parents, softmax_ui.__file__
home = AppTest.from_file(str(script()), default_timeout=120).run()
pages = sorted((script().parent / "pages").glob("*.py"))
drawn = [home] + [home.switch_page(f"pages/{page.name}").run() for page in pages]
assert len(drawn) == 8
for page in drawn:
    assert not page.exception, page.exception
    assert not page.error, page.error
    assert len(page.main) > 1
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh environment with the wheel in it; at the end its files must be what they were."""
    environment = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    _run(
        *(sys.executable, "-m", "pip", "--python", str(environment), "install", "--no-deps"),
        *("--no-index", "--no-compile", str(wheel)),
    )
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    before = _files(environment)
    yield environment
    assert _files(environment) - before == set()


def _run(*command: str, **options: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def _environment(elsewhere: Path) -> dict[str, str]:
    """This process's environment, with a home of its own and without the checkout on the path."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SOFTMAX", "XDG"))}
    return kept | {"HOME": str(elsewhere), "PYTHONDONTWRITEBYTECODE": "1"}


def test_every_file_of_the_app_is_in_the_wheel(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    pages = [f"pages/{file.name}" for file in ROOT.glob("pages/*.py")]
    packages = [
        file.relative_to(ROOT).as_posix()
        for folder in ("softmax_core", "softmax_ui")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    app = [f"softmax_ui/app/{name}" for name in ("app.py", ".streamlit/config.toml", *pages)]
    wanted = {*packages, *app}
    assert wanted <= held
    assert all("dist-info" in name for name in held - wanted)


def test_the_command_answers_from_anywhere(installed: Path, tmp_path: Path) -> None:
    command = str(installed / SCRIPTS / "softmax-explorer")
    environment = _environment(tmp_path)
    assert re.fullmatch(
        r"Softmax Explorer [\d.]+\n", _run(command, "--version", cwd=tmp_path, env=environment)
    )
    offline = subprocess.run(
        [command, "data", "--no-download", "--root", str(tmp_path / "data")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # Debian's package may be installed; without it there is nothing to read, and that is said.
    assert "pictures" in offline.stdout or "DataNotFound" in offline.stderr
    assert "Traceback" not in offline.stderr


def test_every_page_draws_and_runs_go_to_the_users_folder(installed: Path, tmp_path: Path) -> None:
    python = str(installed / SCRIPTS / "python")
    _run(python, "-c", DRAW_PAGES, str(installed), cwd=tmp_path, env=_environment(tmp_path))
    assert [file.parent.name for file in tmp_path.rglob("runs.sqlite")] == ["runs"]


def test_it_serves_with_its_own_settings_from_another_folder(
    installed: Path, tmp_path: Path
) -> None:
    # Settings in the folder where a person stands must not open the app to other machines.
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text('[server]\naddress = "0.0.0.0"\n')
    with serve(installed / SCRIPTS / "softmax-explorer", tmp_path) as port:
        assert _status(port, "_stcore/health") == 200
        assert _status(port, "live/no-such-run") == 404  # a route of ours, not of Streamlit's
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5).close()


@contextmanager
def serve(command: Path, elsewhere: Path) -> Iterator[int]:
    """Start the command in a folder that is not its own, and end it as Ctrl-C does."""
    port = free_port()
    with (elsewhere / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [command, "--port", str(port)],
            cwd=elsewhere,
            env=_environment(elsewhere),
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(server, f"http://localhost:{port}", elsewhere / "server.log")
        yield port
    finally:
        end_server(server)


def _status(port: int, path: str) -> int:
    with closing(HTTPConnection("localhost", port, timeout=10)) as connection:
        connection.request("GET", f"/{path}", headers={"Connection": "close"})
        with connection.getresponse() as answer:
            return answer.status
