"""The signs that people write numbers with, made those of ASCII; LaTeX made lines and tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from softmax_ui.addresses.arithmetic import FUNCTIONS

_SIGNS: Final = str.maketrans(
    # What an input method for Chinese types: digits and signs as wide as its characters. Its
    # comma is never a decimal mark.
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "，、"), ", ")
    | dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u3000"), " ")
    | dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"), "")
    # ⏎ is what lines.js makes of a line's end where a field has one line.
    | dict.fromkeys(map(ord, "\u2028\u2029⏎"), "\n")
    | dict.fromkeys(map(ord, "×·⋅∙"), "*")
    | dict.fromkeys(map(ord, "÷∕⁄"), "/")
    | dict.fromkeys(map(ord, "【〔⟨「"), "[")
    | dict.fromkeys(map(ord, "】〕⟩」"), "]")
    | dict.fromkeys(map(ord, "“”„«»"), '"')
    | dict.fromkeys(map(ord, "‘’"), "'")
    | dict.fromkeys(map(ord, "…⋯⋮"), "...")
    | dict.fromkeys(map(ord, "→⇒"), "=>")
    | {ord("。"): ".", ord("﹪"): "%", ord("′"): "'"}
    # Arabic and Persian digits and marks.
    | {base + k: str(k) for base in (0x660, 0x6F0) for k in range(10)}
    | {ord("٫"): ",", ord("٪"): "%", ord("؛"): ";", ord("،"): ", "}
)
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_VULGAR: Final = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5",
    "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8",
    "⅞": "7/8", "⅑": "1/9", "⅒": "1/10", "⅐": "1/7",
}  # fmt: skip
_NARROW: Final = "[\u2007\u2008\u2009\u200a\u202f]"
_FUNCTION: Final = rf"(?:\b(?:{'|'.join(name for name in FUNCTIONS if name != '√')})|√)"
_SPELLED: Final = (
    # A narrow space between three digits and others groups them; any other is a space.
    (rf"(?<=\d){_NARROW}(?=\d\d\d(?!\d))", ""),
    (_NARROW, " "),
)
_GLUED: Final = (
    (r"(?<=[\w.)%π])[ \t]*(\*\*|[*/^])[ \t]*(?=[\w.(+√π-])", r"\1"),
    (rf"({_FUNCTION}) +([\d.]+|e\b|pi\b|π)", r"\1(\2)"),
    (rf"({_FUNCTION}) +(?=\()", r"\1"),
    (r"(?<=[\d.]) +(?=[%‰])", ""),
    (r"(?<=\() +| +(?=\))", ""),
)
_TRANSPOSED: Final = (
    r"\^\s*\{?\s*(?:\\[!,])?\s*(?:\\(?:top|intercal|prime)|(?:\\math\w+\s*)?\{?T\b\}?)\s*\}?"
)
_LATEX: Final = (
    (r"\\[cvdl]?dots\w?\b", "..."),
    (_TRANSPOSED, " "),
    (r"(?<=\d)\\[,;:! ](?=\d\d\d(?!\d))", ""),
    (r"\{,\}", ","),
    (r"\\(?:begin|end)\{[^}]*\}(?:\{[^}]*\})?", " "),
    (
        r"\\(?:hline|displaystyle|left|right|[bB]igg?[lrm]?|q?quad|[lr]angle|[,;:!()\[\] ])|\$|~",
        " ",
    ),
    (r"\\(?:text\w*|math\w+|mbox|num|operatorname|boldsymbol|bm|vec|hat)\s*\{([^{}]*)\}", r"\1"),
    (r"\\log\s*_\s*\{?\s*(2|10)\s*\}?", r"log\1 "),
    (r"\\[dtc]?frac\s*(\d)\s*(\d)", r"\1/\2"),
    (r"\\(?:cdot|times)(?![a-z])", "*"),
    (r"\\infty(?![a-z])", "inf"),
    (r"\\([%#&_$])", r"\1"),
    (r"\\([{}])", r"\1"),
)
_NESTED: Final = (
    (r"\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"(\1)/(\2)"),
    (r"(\^|\\sqrt|\\exp|\\ln|\\log)\s*\{([^{}]*)\}", r"\1(\2)"),
)
_BLANKS_IN_SUMS: Final = re.compile(r"(?<=[\w.)%]) ([+-]) (?=[\w.(√π])")


def plain(text: str) -> str:
    r"""Return a text with the signs of ASCII, and LaTeX as lines of cells between tabs.

    >>> plain("１．５，−½"), plain(r"\frac{1}{2} & \ln 10 \\ 3 & e^{2}")
    ('1.5, -1/2', '(1)/(2)\tln(10)\n3\te^(2)')
    """
    text = text.replace("\r\n", "\n")
    # A mixed number is a sum; its sign belongs to both.
    text = re.sub(f"(\\d*)\\s?([{''.join(_VULGAR)}])", _mixed, text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda found: f"^({found[0].translate(_RAISED)})", text)
    text = text.translate(_SIGNS)
    text = _rewritten(text, _SPELLED)
    text = re.sub(r"log\s?(?:_\{?(2|10)\}?|(₂)|(₁₀))", _based, text)
    if "\\" in text or re.search(r"\d\s*&|\$\s*[-+\d(\[]|\^\{", text):
        text = _without_latex(text)
    text = _rewritten(text, _GLUED)
    return _summed(text).strip()


def _mixed(found: re.Match[str]) -> str:
    whole, part = found[1], _VULGAR[found[2]]
    return f"({whole}+{part})" if whole else part


def _based(found: re.Match[str]) -> str:
    return f"log{found[1] or ('2' if found[2] else '10')} "


def _without_latex(text: str) -> str:
    if "\\\\" in text or "&" in text:  # there a line's end means nothing
        text = re.sub(r"\\\\(?:\[[^\]]*\])?", "\v", text.replace("\n", " "))
    text = _rewritten(text, _LATEX)
    while (less := _rewritten(text, _NESTED)) != text:
        text = less
    text = re.sub(r"\\(?=[a-z])", "", text)
    lines = [re.sub(r"\s*&=?\s*", "\t", line).strip() for line in text.split("\v")]
    return "\n".join(line for line in lines if line)


def _summed(text: str) -> str:
    """Take the blanks around signs in parentheses away: (1 + 2) / 3."""
    depth, kept = 0, []
    for piece in re.split(r"([()])", text):
        kept.append(_BLANKS_IN_SUMS.sub(r"\1", piece) if depth else piece)
        depth += {"(": 1, ")": -1}.get(piece, 0)
    return "".join(kept)


def _rewritten(text: str, rules: Sequence[tuple[str, str]]) -> str:
    for pattern, instead in rules:
        text = re.sub(pattern, instead, text)
    return text
