"""What a continuous integration calls ends badly when the checks or the tests do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("failing", "called"),
    [("neither", ["check", "test"]), ("test", ["check", "test"]), ("check", ["check"])],
)
def test_the_checks_come_first_and_each_can_fail_the_run(
    failing: str, called: list[str], tmp_path: Path
) -> None:
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$@"\n[ "$1" != {failing} ]\n')
    make.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == called
    assert (done.returncode == 0) == (failing == "neither")
