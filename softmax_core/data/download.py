"""Supervise torchvision's download: progress, a timeout, and no partial files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from softmax_core.data.files import (
    DataFile,
    OnProgress,
    raw_folder,
    staging_folder,
)
from softmax_core.data.idx import read_idx
from softmax_core.data.torchvision_download import BEGUN
from softmax_core.data.verification import accept
from softmax_core.errors import DataDamaged, DownloadFailed
from softmax_core.folders import PACKAGES_FOLDER

SILENCE_LIMIT = 60.0  # seconds without a new byte
START_LIMIT = 240.0  # seconds for the process to begin: it imports much, on a machine that is busy
POLL_INTERVAL = 0.2  # seconds
_MODULE = (sys.executable, "-m", "softmax_core.data.torchvision_download")


def download(root: Path, wanted: Sequence[DataFile], on_progress: OnProgress | None) -> None:
    """Download files of Fashion-MNIST from torchvision's mirror into the data folder.

    The mirror uses plain HTTP, so only the sha256 checked here makes the files trustworthy.

    Args:
        root: the data folder.
        wanted: the missing files.
        on_progress: called with the name, the bytes received and the total, in the calling
            thread.

    Raises:
        DownloadFailed: the mirror did not answer, broke off, or sent other contents.
        DataNotWritable: the data folder cannot be written.
    """
    with staging_folder(root) as staging:
        _fetch(_command(staging, wanted), staging, wanted, on_progress)
        for file in wanted:
            try:
                accept(staging / file.name, raw_folder(root) / file.name, file)
            except DataDamaged as error:
                reason = f"{file.name} arrived with {error.found}, not {error.expected}"
                raise _failed(reason) from None


def download_set(
    root: Path, kind: str, archives: Mapping[str, DataFile], on_progress: OnProgress | None
) -> None:
    """Download the files of another set of the MNIST family into the data folder.

    Args:
        root: the data folder.
        kind: torchvision's class, whose name is that of the folder too.
        archives: the md5 of each archive, and what is in it.
        on_progress: as for `download`.

    Raises:
        DownloadFailed: the mirror did not answer, broke off, or sent other contents.
        DataNotWritable: the data folder cannot be written.
    """
    wanted = list(archives.values())
    with staging_folder(root, kind) as staging:
        described = [f"{file.name}={md5}" for md5, file in archives.items()]
        command = [*_MODULE, "--of", kind, str(staging), *described]
        _fetch(command, staging, wanted, on_progress, kind)
        for arrived in sorted(staging.glob("*-ubyte")):
            dimensions = 3 if "images" in arrived.name else 1
            try:
                read_idx(arrived, dimensions)
            except DataDamaged as error:
                reason = f"{arrived.name} arrived with {error.found}, not {error.expected}"
                raise _failed(reason, kind) from None
            arrived.replace(raw_folder(root, kind) / arrived.name)


def _fetch(
    command: Sequence[str],
    staging: Path,
    wanted: Sequence[DataFile],
    on_progress: OnProgress | None,
    title: str = "Fashion-MNIST",
) -> None:
    """Run torchvision's download in a process of its own."""
    log = staging / "download.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module, with our own file names
            command, stdout=output, stderr=output, env=_environment()
        )
        try:
            _watch(process, staging, wanted, on_progress, title)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        reason = _last_line(log) or f"the download ended with {process.returncode}"
        raise _failed(reason, title)


def _command(staging: Path, wanted: Sequence[DataFile]) -> list[str]:
    names = [file.name for file in wanted]
    return [*_MODULE, str(staging), *names]


def _environment() -> dict[str, str]:
    """Return the environment for the child process, in which it can import softmax_core."""
    paths = [str(PACKAGES_FOLDER), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _watch(
    process: subprocess.Popen[bytes],
    staging: Path,
    wanted: Sequence[DataFile],
    on_progress: OnProgress | None,
    title: str,
) -> None:
    """Wait for the process and report progress; give up when the mirror stops sending."""
    received: dict[str, int] = {}
    last_news, has_begun = time.monotonic(), False
    while process.poll() is None:
        for file in wanted:
            done = _received(staging, file)
            if done != received.get(file.name, 0):
                received[file.name] = done
                last_news = time.monotonic()
                if on_progress is not None:
                    on_progress(file.name, done, file.archive_size)
        if not has_begun and (staging / BEGUN).exists():
            last_news, has_begun = time.monotonic(), True
        silence = time.monotonic() - last_news
        if not has_begun and silence > START_LIMIT:
            raise _failed(f"the download did not begin within {START_LIMIT:.0f} seconds", title)
        if has_begun and silence > SILENCE_LIMIT:
            raise _failed(f"the mirror sent nothing for {SILENCE_LIMIT:.0f} seconds", title)
        time.sleep(POLL_INTERVAL)


def _received(staging: Path, file: DataFile) -> int:
    """Return the bytes of an archive received so far; it is deleted once extracted."""
    try:
        return (staging / f"{file.name}.gz").stat().st_size
    except FileNotFoundError:
        return file.archive_size if (staging / file.name).exists() else 0


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _failed(reason: str, title: str = "Fashion-MNIST") -> DownloadFailed:
    if title != "Fashion-MNIST":
        return DownloadFailed(
            reason,
            f"{title} could not be downloaded: {reason}. Nothing was kept. Look at the network and "
            f"start again, or put the extracted files into {title}/raw in the data folder.",
        )
    return DownloadFailed(
        reason,
        f"Fashion-MNIST could not be downloaded: {reason}. Nothing was kept. Look at the network "
        "and start again, or install Debian's copy with `apt-get install dataset-fashion-mnist`, "
        "or put the four extracted files into FashionMNIST/raw in the data folder.",
    )
