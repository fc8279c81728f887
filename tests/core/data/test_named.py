"""The relatives of Fashion-MNIST, fetched from a server on this machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from softmax_core.data import download, load, named
from softmax_core.data.named import WORDS, Word, load_named, named_status
from softmax_core.data.torchvision_download import MIRROR_VARIABLE
from softmax_core.errors import DataNotFound, DownloadFailed


def idx(*shape: int, first: int = 0) -> bytes:
    count = torch.Size(shape).numel()
    header = bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
    return header + bytes(first + k % 10 for k in range(count))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve small sets in place of the real ones; the digests are those of what is served."""
    folder = tmp_path / "mirror"
    changed = {}
    for word, each in named.SETS.items():
        place = folder / each.kind
        place.mkdir(parents=True)
        archives: dict[str, bytes] = {}
        for name in each.files:
            labels = (
                idx(30, first=each.from_one) if "train" in name else idx(20, first=each.from_one)
            )
            pictures = idx(30, 28, 28) if "train" in name else idx(20, 28, 28)
            archives[f"{name}.gz"] = gzip.compress(pictures if "images" in name else labels)
        if each.from_one:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for name, content in archives.items():
                    archive.writestr(f"gzip/{name}", content)
            archives = {"gzip.zip": packed.getvalue()}
        for name, content in archives.items():
            (place / name).write_bytes(content)
        told = {
            name: (hashlib.md5(content, usedforsecurity=False).hexdigest(), len(content))
            for name, content in archives.items()
        }
        changed[word] = replace(each, archives=told)
    monkeypatch.setattr(named, "SETS", changed)
    monkeypatch.setattr(download, "SILENCE_LIMIT", 600.0)  # torchvision may be slow
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(MIRROR_VARIABLE, f"http://127.0.0.1:{server.server_port}/")
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    yield folder
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("mirror")
@pytest.mark.parametrize("word", WORDS[1:])
def test_a_set_comes_from_the_mirror_once(word: Word, tmp_path: Path) -> None:
    assert named_status(word, tmp_path) == "missing"
    with pytest.raises(DataNotFound):
        load_named(word, tmp_path, download=False)
    found = load(word, root=tmp_path)
    assert (len(found.train), len(found.test)) == (30, 20)
    assert found.classes == len(named.SETS[word].class_names)
    assert found.train.labels[:3].tolist() == [0, 1, 2]
    upright = word == "emnist-letters"
    assert found.train.images[0, 0, :3].tolist() == ([0, 8, 6] if upright else [0, 1, 2])
    assert named_status(word, tmp_path) == "ready"
    assert load_named(word, tmp_path, download=False).fingerprint == found.fingerprint
    kept = {path.name for path in (tmp_path / named.SETS[word].kind).rglob("*") if path.is_file()}
    assert kept == set(named.SETS[word].files)


def test_what_has_another_digest_is_not_kept(mirror: Path, tmp_path: Path) -> None:
    (mirror / "MNIST" / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"others"))
    with pytest.raises(DownloadFailed):
        load_named("mnist", tmp_path)
    assert not [path for path in (tmp_path / "MNIST").rglob("*") if path.is_file()]
