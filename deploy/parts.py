"""List all parts of the app as a CycloneDX file: `python deploy/parts.py CYCLONEDX_PY FILE`.

The packages are those of requirements.lock; what is kept in softmax_ui/vendored comes from npm and
is named by package-lock.json.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
VENDORED = "plotly.js-cartesian-dist-min"


def vendored() -> dict[str, Any]:
    """Return the part that pip knows nothing of."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found = lock["packages"][f"node_modules/{VENDORED}"]
    digest = base64.b64decode(found["integrity"].removeprefix("sha512-")).hex()
    purl = f"pkg:npm/{VENDORED}@{found['version']}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": VENDORED,
        "version": found["version"],
        "purl": purl,
        "licenses": [{"license": {"id": found["license"]}}],
        "hashes": [{"alg": "SHA-512", "content": digest}],
    }


def main() -> None:
    """Write the list."""
    program, target = sys.argv[1:]
    wanted = ["requirements", "requirements.lock", "--pyproject", "pyproject.toml"]
    form = ["--output-reproducible", "--of", "JSON", "-o", "-"]
    made = subprocess.run(  # noqa: S603  # the program that make names
        [program, *wanted, *form], cwd=ROOT, check=True, capture_output=True, text=True
    )
    parts = json.loads(made.stdout)
    parts["components"].append(vendored())
    Path(target).write_text(json.dumps(parts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
