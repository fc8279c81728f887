from __future__ import annotations

from pathlib import Path

import pytest
import torch

from softmax_core.data.idx import read_idx
from softmax_core.errors import DataDamaged

GOOD = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 20, 21, 22])


def test_the_last_dimension_runs_fastest(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(GOOD)
    values = read_idx(tmp_path / "file", dimensions=2)
    assert values.dtype == torch.uint8
    assert values.tolist() == [[10, 11, 12], [20, 21, 22]]


def test_no_pictures_is_an_empty_tensor(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 0]))
    assert read_idx(tmp_path / "file", dimensions=1).shape == (0,)


@pytest.mark.parametrize(
    ("content", "dimensions"),
    [
        (GOOD, 1),
        (b"\x01" + GOOD[1:], 2),
        (GOOD[:2] + b"\x0d" + GOOD[3:], 2),
        (GOOD[:-1], 2),
        (GOOD + b"\x00", 2),
        (GOOD[:7], 2),
        (b"", 2),
    ],
    ids=["dimensions", "magic", "type", "short", "long", "half a header", "empty"],
)
def test_a_contradiction_names_the_file(tmp_path: Path, content: bytes, dimensions: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DataDamaged, match="is damaged: expected") as caught:
        read_idx(path, dimensions)
    assert caught.value.path == path
