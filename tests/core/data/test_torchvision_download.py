"""torchvision's real download, from a mirror on this machine."""

from __future__ import annotations

import gzip
import hashlib
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from softmax_core.data import files
from softmax_core.data.download import _command
from softmax_core.data.torchvision_download import BEGUN, fetch, import_torchvision_datasets

CONTENT = b"what the mirror holds"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a folder in place of torchvision's mirror; the right md5 is that of CONTENT."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    archive = gzip.compress(CONTENT)
    (folder / "one.gz").write_bytes(archive)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wanted = import_torchvision_datasets().FashionMNIST
    address = f"http://127.0.0.1:{server.server_port}/"
    md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
    monkeypatch.setattr(wanted, "mirrors", [f"{address}absent/", address])
    monkeypatch.setattr(wanted, "resources", [("one.gz", md5), ("two.gz", md5)])
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    yield folder
    server.shutdown()
    server.server_close()


def test_the_named_file_comes_extracted_from_the_first_mirror_that_has_it(
    mirror: Path, tmp_path: Path
) -> None:
    assert (mirror / "one.gz").exists()
    (tmp_path / "here").mkdir()
    fetch(tmp_path / "here", ["one"])
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == [BEGUN, "one"]
    assert (tmp_path / "here" / "one").read_bytes() == CONTENT


def test_a_file_that_no_mirror_gives_whole_tells_each_mirrors_reason(
    mirror: Path, tmp_path: Path
) -> None:
    (mirror / "one.gz").write_bytes(gzip.compress(b"altered"))
    with pytest.raises(RuntimeError, match=r"^HTTP Error 404.*absent/one.gz.*corrupted"):
        fetch(tmp_path, ["one"])


def test_torchvision_offers_the_files_that_we_ask_it_for() -> None:
    offered = import_torchvision_datasets().FashionMNIST.resources
    assert [f"{file.name}.gz" for file in files.FILES] == [name for name, _md5 in offered]


def test_the_child_is_the_module_that_was_tested(tmp_path: Path) -> None:
    assert _command(tmp_path, files.FILES)[2] == fetch.__module__


def test_any_other_failure_to_import_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise RuntimeError("another reason")

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(RuntimeError, match="another reason"):
        import_torchvision_datasets()


def test_a_cuda_torchvision_beside_a_cpu_torch_is_imported_all_the_same(tmp_path: Path) -> None:
    # As torchvision does: it registers a kernel for an operator that its compiled part declares.
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text(
        "import torch\n"
        "for name in ('nms', 'qnms'):\n"
        "    torch.library.register_fake(f'torchvision::{name}')(lambda *given: None)\n"
    )
    (package / "datasets.py").write_text("marker = 'whole'\n")
    script = f"from {fetch.__module__} import *; print(import_torchvision_datasets().marker)"
    paths = [str(tmp_path), str(Path(__file__).parents[3])]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "whole\n", done.stderr


def test_without_torchvision_the_last_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, fetch.__module__)
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path), "one"])
    with pytest.raises(SystemExit, match=r"^torchvision.* is not installed; pip install .*\[app\]"):
        runpy.run_module(fetch.__module__, run_name="__main__")
