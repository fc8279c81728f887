"""By which names this server may be asked for, and from which pages.

A foreign page can give its own name the address of this machine (DNS rebinding): the browser then
takes this server for that page's, and the page may read and do what a person may. It cannot do so
without a name of its own, so numeric addresses and names that nobody can register are this
server's; any other name has to be given, in SOFTMAX_HOSTS.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

_PRIVATE: Final = (
    "local", "lan", "home", "home.arpa", "internal", "intranet", "localdomain", "corp", "private",
)  # fmt: skip
"""Suffixes that are reserved or never given out, so no stranger has a name below one."""

_RESOLVER: Final = Path("/etc/resolv.conf")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_LONGEST: Final = 300
"""Characters of a Host header: a name has at most 253 (RFC 1035), a port five."""


def host_and_port(text: str) -> tuple[str, int | None] | None:
    """Return name and port of a Host header; None for anything else.

    >>> host_and_port("Example.org.:80"), host_and_port("[::1]:8501"), host_and_port("a@b")
    (('example.org', 80), ('::1', 8501), None)
    """
    return _parsed(text) if len(text) <= _LONGEST else None


# A page is two hundred requests, and all of them name the same host.
@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(f"//{text}")
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    plain = parts.netloc == text and "@" not in text
    return (name, port) if plain and (_is_address(name) or _NAME.fullmatch(name)) else None


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of this server.

    Attributes:
        own: names that are known without being given.
        named: names that whoever runs the server has given; `*.example.org` and `*` as well.
    """

    own: frozenset[str]
    named: tuple[str, ...]

    @classmethod
    def of_this_server(cls) -> Hosts:
        """Read this machine's names and the settings."""
        named = os.environ.get("SOFTMAX_HOSTS", "").replace(",", " ").split()
        streamlits = st.get_option("server.allowedHosts") or []
        address = st.get_option("browser.serverAddress") or ""
        own = {"localhost", address.lower(), (st.get_option("server.address") or "").lower()}
        machine = socket.gethostname().lower().rstrip(".")
        short = machine.partition(".")[0]
        own |= {machine, short, *(f"{short}.{suffix}" for suffix in (*_PRIVATE, *_searched()))}
        names = tuple(name.lower().rstrip(".") for name in (*named, *streamlits))
        return cls(frozenset(own - {""}), names)

    def allow(self, host: str) -> bool:
        """Tell whether a Host header names this server."""
        found = host_and_port(host)
        if found is None:
            return False
        name, _port = found
        return (
            _is_address(name)
            or name in self.own
            or name.endswith(".localhost")
            or _matches(name, self.named)
        )

    def allow_origin(self, origin: str, host: str) -> bool:
        """Tell whether a page of this origin may speak to us as our own page does."""
        parts = urlsplit(origin)
        ours, theirs = host_and_port(host), host_and_port(parts.netloc)
        if ours is None or theirs is None or parts.scheme not in _DEFAULT_PORTS:
            return False
        default = _DEFAULT_PORTS[parts.scheme]
        if (ours[0], ours[1] or default) == (theirs[0], theirs[1] or default):
            return True
        # A proxy may have put another Host in the place of the name that whoever runs it gave.
        given = [name for name in self.named if name != "*"]
        return _matches(theirs[0], given) or origin in _listed_origins()


def _listed_origins() -> Sequence[str]:
    return [origin.strip().rstrip("/") for origin in st.get_option("server.corsAllowedOrigins")]


def _matches(name: str, patterns: Collection[str]) -> bool:
    return any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        for pattern in patterns
    )


@lru_cache(maxsize=256)
def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _searched() -> list[str]:
    """Return the domains in which this machine looks for short names: a school's, for one."""
    try:
        lines = _RESOLVER.read_text(errors="replace").splitlines()
    except OSError:
        return []
    found = [line.split() for line in lines]
    return [
        domain.lower().strip(".")
        for words in found
        if words and words[0] in ("search", "domain")
        for domain in words[1:]
        if domain.strip(".")
    ]
