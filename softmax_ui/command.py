"""The command `softmax-explorer`: serve the app, or run a command of softmax_core.

Neither torch nor Streamlit is imported before it is needed: `--version` and `--help` answer at
once, and where the app's packages are not installed a sentence says how to install them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import runpy
import secrets
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

APP_PACKAGES: Final = (
    "brotli",
    "httptools",
    "jinja2",
    "pandas",
    "pi_heif",
    "plotly",
    "polib",
    "pyarrow",
    "segno",
    "starlette",
    "streamlit",
    "torchvision",
    *(() if sys.platform == "win32" else ("uvloop",)),
)
CORE_COMMANDS: Final = ("data", "import", "train", "work", "move-store")
STORE_VARIABLE: Final = "SOFTMAX_STORE"  # as in softmax_core.folders, which brings torch along
COOKIES_VARIABLE: Final = "STREAMLIT_SERVER_COOKIE_SECRET"
_HERE: Final = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these words, or those of the shell, and return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in CORE_COMMANDS:
        try:
            from softmax_core.__main__ import main as run_core
        except KeyboardInterrupt:  # torch takes seconds to import
            return 130
        return run_core(words, "softmax-explorer")
    makes_link = words[:1] == ["teacher"]
    asked = (_teacher_parser() if makes_link else _parser()).parse_args(words[makes_link:])
    if "version" in asked and asked.version:
        print(f"Softmax Explorer {_version()}")
        return 0
    if any(importlib.util.find_spec(package) is None for package in APP_PACKAGES):
        return _refuse('The app is not installed yet: pip install "softmax-explorer[app]"')
    if makes_link:
        return _print_teachers_link(asked.url)
    if not _is_free(asked.port):
        return _refuse(
            f"Port {asked.port} is taken. Choose another: softmax-explorer --port {asked.port + 1} "
            f"(or make run PORT={asked.port + 1})"
        )
    if os.environ.get(STORE_VARIABLE) and (trouble := _share_cookies()):
        return _refuse(trouble)
    print(f"Softmax Explorer: http://localhost:{asked.port}   (Ctrl-C ends it)", flush=True)
    sys.argv = ["streamlit", "run", str(script()), "--server.port", str(asked.port)]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def _share_cookies() -> str | None:
    """Let all servers of a store in PostgreSQL sign their cookies with one secret, kept there.

    Otherwise Streamlit draws one for each process, and what one of them has signed is foreign to
    the others: an upload by somebody who comes from another server would be refused.

    Returns:
        Why the store cannot be used, or None.
    """
    if os.environ.get(COOKIES_VARIABLE):
        return None
    from softmax_core.errors import SoftmaxError

    try:
        from softmax_core.runs.cluster.settings import SharedSettings
        from softmax_core.runs.postgres import PostgresDatabase

        database = PostgresDatabase(os.environ[STORE_VARIABLE])
        try:
            os.environ[COOKIES_VARIABLE] = SharedSettings(database).read_or_make(
                "cookie_secret", lambda: secrets.token_hex(32)
            )
        finally:
            database.close()
    except SoftmaxError as error:
        return str(error)
    return None


def _print_teachers_link(base: str) -> int:
    from softmax_core.errors import SoftmaxError
    from softmax_ui.teacher import new_link

    try:
        print(new_link(base.rstrip("/")))
    except (OSError, SoftmaxError) as error:
        return _refuse(f"The link cannot be kept beside the runs: {error}")
    return 0


def _teacher_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="softmax-explorer teacher",
        description="Make a new link for the teacher of a shared server, who sees and steers every "
        "run, and print it once. The link before ends at once; the server need not be restarted.",
    )
    parser.add_argument(
        "--url", default="http://localhost:8501", help="the app's address (default: %(default)s)"
    )
    return parser


def script() -> Path:
    """Return app.py; `pages` and Streamlit's settings are beside it, where Streamlit looks.

    In a wheel they are in `softmax_ui/app` (pyproject.toml puts them there), in a checkout at the
    top.
    """
    installed = _HERE / "app" / "app.py"
    return installed if installed.is_file() else _HERE.parent / "app.py"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="softmax-explorer",
        description="Serve Softmax Explorer on this machine.",
        epilog="softmax-explorer data fetches Fashion-MNIST, softmax-explorer train trains without "
        "the app, softmax-explorer work trains for servers that share a store, softmax-explorer "
        "move-store copies the runs into PostgreSQL, softmax-explorer teacher makes the teacher's "
        "link of a shared server; "
        "each has a --help of its own.",
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--port", type=_port, default=8501, help="where to serve (default: 8501)")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; they are 1 to 65535")
    return int(text)


def _version() -> str:
    try:
        return importlib.metadata.version("softmax-explorer")
    except importlib.metadata.PackageNotFoundError:  # a checkout that pip has not installed
        from softmax_core import __version__

        return __version__


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        if os.name == "posix":  # elsewhere this option lets two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("localhost", port))
        except OSError:
            return False
    return True


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
