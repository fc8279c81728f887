"""The names that this server goes by, and the pages that may speak to it."""

from __future__ import annotations

import socket

import pytest
import streamlit as st

from softmax_ui.server.hosts import Hosts


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    monkeypatch.setenv("SOFTMAX_HOSTS", "class.example.org, *.school.example")
    monkeypatch.setattr(socket, "gethostname", lambda: "Teacher-PC.school.lan")
    return Hosts.of_this_server()


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8501", "LOCALHOST.", "app.localhost:1", "127.0.0.1:8501",
        "[::1]:8501", "192.168.1.5:8501", "[fe80::1]", "teacher-pc:8501", "teacher-pc.local",
        "teacher-pc.school.lan:80", "class.example.org", "a.school.example:443",
    ],
)  # fmt: skip
def test_what_people_would_expect_to_work_does(named: Hosts, host: str) -> None:
    assert named.allow(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "class.example.org.evil.example", "localhost.evil.example",
        "school.example",
        "evil.local", "teacher-pc.evil.example", "127.0.0.1.evil.example", "localhost@evil.example",
        "evil.example/localhost", "localhost:x", "localhost:99999", "", " ", "[::1", "a b",
        "evil.example#localhost", "evil.example?localhost", "localhost\\evil.example", "xlocalhost",
        "a" * 300 + ".localhost",
    ],
)  # fmt: skip
def test_no_other_name_is_ours(named: Hosts, host: str) -> None:
    assert not named.allow(host)


def test_without_a_setting_this_machine_has_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOFTMAX_HOSTS", raising=False)
    assert not Hosts.of_this_server().allow("class.example.org")
    monkeypatch.setenv("SOFTMAX_HOSTS", "*")
    assert Hosts.of_this_server().allow("class.example.org")


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("https://class.example.org", "class.example.org", True),
        ("https://class.example.org:443", "class.example.org", True),
        ("https://class.example.org", "localhost:8501", True),  # a proxy has changed the host
        ("http://localhost:3000", "localhost:8501", False),
        ("http://127.0.0.1:8501", "localhost:8501", False),
        ("https://evil.example", "localhost:8501", False),
        ("null", "localhost:8501", False),
        ("", "localhost:8501", False),
        ("file://", "localhost:8501", False),
        ("http://localhost:8501@evil.example", "localhost:8501", False),
        ("https://evil.example", "", False),
    ],
)
def test_only_our_own_pages_may_act(named: Hosts, origin: str, host: str, may: bool) -> None:
    assert named.allow_origin(origin, host) is may


def test_an_origin_that_whoever_runs_the_server_lists_may_act(
    named: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"server.corsAllowedOrigins": ["https://tool.example"]}
    monkeypatch.setattr(st, "get_option", listed.get)
    assert named.allow_origin("https://tool.example", "localhost:8501")
    assert not named.allow_origin("https://tool.example.evil.example", "localhost:8501")
