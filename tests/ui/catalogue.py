"""The messages in the code, and the catalogues brought in step with them: `make messages`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "softmax_ui" / "text" / "locale"


@dataclass
class Message:
    """A message of the code: its forms, one or (with a number) two, and the files that say it."""

    forms: tuple[str, ...]
    files: list[str] = field(default_factory=list)


def sources() -> Iterator[Path]:
    """Every Python file that a person may read something from."""
    yield ROOT / "app.py"
    yield from sorted((ROOT / "pages").glob("*.py"))
    yield from sorted((ROOT / "softmax_ui").rglob("*.py"))


def messages() -> dict[str, Message]:
    """The messages in the code, by their id, in the order in which they stand there."""
    found: dict[str, Message] = {}
    for path in sources():
        for _, said, _, _ in extract_from_file("python", path, keywords=DEFAULT_KEYWORDS):
            forms = (said,) if isinstance(said, str) else tuple(said)
            message = found.setdefault(forms[0], Message(forms))
            name = path.relative_to(ROOT).as_posix()
            if name not in message.files:
                message.files.append(name)
    return found


def catalogues() -> dict[str, Path]:
    """Each language's catalogue."""
    return {path.parents[1].name: path for path in LOCALE.glob("*/LC_MESSAGES/messages.po")}


def placeholders(text: str) -> list[str]:
    """The named placeholders of a message, sorted; a name counts as often as it stands there.

    >>> placeholders("{step} of {total:,}")
    ['step', 'total']
    """
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def in_step(path: Path) -> polib.POFile:
    """Return a catalogue with the messages of the code, each with the translation it has."""
    old = polib.pofile(str(path), wrapwidth=100)
    translated = {entry.msgid: entry for entry in old}
    new = polib.POFile(wrapwidth=100)
    new.header, new.metadata = old.header, old.metadata
    for msgid, message in messages().items():
        known = translated.get(msgid, polib.POEntry())
        entry = polib.POEntry(msgid=msgid, occurrences=[(name, "") for name in message.files])
        if len(message.forms) > 1:
            entry.msgid_plural = message.forms[1]
            count = int(re.search(r"nplurals=(\d)", old.metadata["Plural-Forms"])[1])  # type: ignore[index]
            entry.msgstr_plural = known.msgstr_plural or dict.fromkeys(range(count), "")
        else:
            entry.msgstr = known.msgstr
        new.append(entry)
    return new


def main() -> None:
    """Bring every catalogue in step and say what is left to translate."""
    for tongue, path in catalogues().items():
        catalogue = in_step(path)
        catalogue.save(str(path))
        left = catalogue.untranslated_entries()
        print(f"{tongue}: {len(catalogue)} messages, {len(left)} to translate in {path}")


if __name__ == "__main__":
    main()
