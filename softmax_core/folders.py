"""Where the data set and the runs lie: in the checkout, or in the user's folder where installed.

An installed package may be read-only, and its next version replaces it as a whole, so nothing is
written beside it. `SOFTMAX_DATA` and `SOFTMAX_RUNS` name other folders; `SOFTMAX_STORE` names a
PostgreSQL database for the runs.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import platformdirs

from softmax_core.errors import StoreUnreachable

DATA_VARIABLE: Final = "SOFTMAX_DATA"
RUNS_VARIABLE: Final = "SOFTMAX_RUNS"
STORE_VARIABLE: Final = "SOFTMAX_STORE"
PACKAGES_FOLDER: Final = Path(__file__).resolve().parents[1]
"""The folder with softmax_core in it: the checkout, or site-packages."""

# The folders of a path of two parts and more, between quotes as Python's errors have it, or up to a
# space. A link's // begins none.
_FOLDERS: Final = re.compile(
    r"""(?<=['"])(?:[A-Za-z]:)?[/\\][^'"]*[/\\](?=[^/\\'"]+['"])"""
    r"""|(?<![\w:/\\.])(?:[A-Za-z]:)?[/\\](?:[^\s/\\'",;]+[/\\])+(?=[^\s/\\])"""
)


def data_folder(root: Path | str | None = None) -> Path:
    """Return the folder that the data set lies in, or will.

    Args:
        root: the folder itself; None for $SOFTMAX_DATA or, without it, `.data` in a checkout and
            the user's data folder (as `~/.local/share/softmax-explorer`) where it is installed.

    Returns:
        An absolute path; nothing is created.

    Example:
        >>> data_folder("/srv/data").as_posix().endswith("/srv/data")
        True
    """
    return _absolute(root or os.environ.get(DATA_VARIABLE) or _own_folder())


def runs_folder() -> Path:
    """Return the folder of the runs: $SOFTMAX_RUNS or, without it, `runs` beside the data.

    Returns:
        An absolute path; nothing is created.
    """
    return _absolute(os.environ.get(RUNS_VARIABLE) or _own_folder() / "runs")


def store_file() -> Path:
    """Return the file of the runs in their folder.

    Returns:
        An absolute path; nothing is created.
    """
    return runs_folder() / "runs.sqlite"


def store_place() -> Path | str:
    """Return where the runs are kept: the URL in $SOFTMAX_STORE or, without it, the `store_file`.

    Returns:
        postgresql://user:password@host/name, as it was given, or an absolute path.

    Raises:
        StoreUnreachable: the variable has something that is no URL, as the name of a file.
    """
    given = os.environ.get(STORE_VARIABLE)
    if given and "://" not in given:
        raise no_address()
    return given or store_file()


def no_address() -> StoreUnreachable:
    """Return the error that $SOFTMAX_STORE is no URL; its words have nothing of what it is."""
    return StoreUnreachable(
        STORE_VARIABLE,
        f"{STORE_VARIABLE} names no database that this program knows: it has to be "
        "postgresql://user:password@host:port/name, with @, :, / and % in a password as %40, %3A, "
        "%2F and %25.",
        "address",
    )


def sets_folder() -> Path:
    """Return the folder of the data sets that people bring: `sets` beside the store of the runs.

    Returns:
        An absolute path; nothing is created.
    """
    return runs_folder() / "sets"


def _absolute(folder: Path | str) -> Path:
    return Path(folder).expanduser().absolute()


def _own_folder() -> Path:
    if all((PACKAGES_FOLDER / name).is_file() for name in ("pyproject.toml", "app.py")):
        return PACKAGES_FOLDER / ".data"
    return platformdirs.user_data_path("softmax-explorer", appauthor=False)


def without_folders(text: str, known: Path | None = None) -> str:
    """Return a message with the last part alone of each path: where things lie is nobody's affair.

    Args:
        text: the message.
        known: a folder whose name may have spaces in it.

    Example:
        >>> without_folders("The disk of /srv/runs/runs.sqlite is full.")
        'The disk of runs.sqlite is full.'
    """
    if known is not None:
        text = text.replace(f"{known}{os.sep}", "")
    return _FOLDERS.sub("", text)
