"""What is in deploy/ fits together, and fits the app: options, ports, names, versions.

Docker is not needed: the files are read as Docker reads them. haproxy and systemd judge their own
files where they are installed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from softmax_core.__main__ import _parser as core_parser
from softmax_core.folders import DATA_VARIABLE, RUNS_VARIABLE, STORE_VARIABLE
from softmax_ui import command
from softmax_ui.sharing import SETTINGS

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
HAPROXY = DEPLOY / "haproxy.cfg"
SERVING = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
OURS = {
    *SETTINGS, DATA_VARIABLE, RUNS_VARIABLE, STORE_VARIABLE,
    "SOFTMAX_SHARED", "SOFTMAX_HOSTS", "SOFTMAX_FRAMES", "SOFTMAX_MIRROR",
}  # fmt: skip
"""What the app reads of its environment."""
PROXYS = set(re.findall(r"\bSOFTMAX_\w+", HAPROXY.read_text(encoding="utf-8")))
"""What the proxy reads of its."""
CERTIFICATE = "SOFTMAX_CERTIFICATE"


def lines_of_dockerfile() -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [line.strip() for line in code.replace("\\\n", " ").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def with_tls() -> dict[str, Any]:
    text = (DEPLOY / "compose.tls.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    from tests.benchmarks.proxied import certificate as made

    return made(tmp_path_factory.mktemp("certificate"))


# -- haproxy ---------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
@pytest.mark.parametrize("replicas", [1, 2, 4])
@pytest.mark.parametrize("tls", [True, False])
def test_haproxy_takes_its_configuration(replicas: int, tls: bool, certificate: Path) -> None:
    given = {"SOFTMAX_HOST": "softmax.example", "SOFTMAX_SERVER": "127.0.0.1:8501"}
    given |= {f"SOFTMAX_SERVER_{n}": f"127.0.0.1:{8500 + n}" for n in range(2, replicas + 1)}
    if tls:
        given[CERTIFICATE] = str(certificate)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SOFTMAX_")}
    judged = subprocess.run(
        ["haproxy", "-c", "-f", str(HAPROXY)],
        env={**clean, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stderr
    assert "WARNING" not in judged.stderr


# -- compose ---------------------------------------------------------------------------------------


def test_what_compose_names_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"database", "replica-1", "replica-2", "worker-1", "worker-2", "balancer"} <= set(
        services
    )
    named = set(compose["volumes"])
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            assert needed in services, f"{name} waits for {needed}"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            is_file = source.startswith(".")
            assert (DEPLOY / source).is_file() if is_file else source in named, (name, source)
        if build := service.get("build"):
            assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_what_waits_for_health_waits_for_what_tells_it(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert services[needed]["healthcheck"]["test"]


def test_each_variable_of_compose_is_one_that_somebody_reads(
    compose: dict[str, Any], with_tls: dict[str, Any]
) -> None:
    balancer = compose["services"]["balancer"]["environment"]
    extra = with_tls["services"]["balancer"]["environment"]
    assert {*balancer, *extra} <= PROXYS
    others = {"FORWARDED_ALLOW_IPS"}  # uvicorn's
    for name, service in compose["services"].items():
        if name.startswith(("replica-", "worker-")) or name == "data":
            assert set(service["environment"]) <= OURS | others, name


def test_the_balancer_knows_each_replica_by_its_name_and_port(compose: dict[str, Any]) -> None:
    balancer = compose["services"]["balancer"]["environment"]
    servers = {value for name, value in balancer.items() if name.startswith("SOFTMAX_SERVER")}
    replicas = {name for name in compose["services"] if name.startswith("replica-")}
    (exposed,) = (line.split()[1] for line in lines_of_dockerfile() if line.startswith("EXPOSE"))
    assert servers == {f"{name}:{exposed}" for name in replicas}
    inside = balancer["SOFTMAX_HTTP"].rpartition(":")[2]
    assert compose["services"]["balancer"]["ports"] == [f"${{SOFTMAX_PORT:-8080}}:{inside}"]


def test_nobody_but_the_balancer_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == [
        "balancer"
    ]


def test_the_database_lets_those_in_who_are_given_its_address(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]["environment"]
    url = compose["services"]["replica-1"]["environment"][STORE_VARIABLE]
    secret = database["POSTGRES_PASSWORD"]
    assert url == f"postgresql://{database['POSTGRES_USER']}:{secret}@database/softmax"
    major = re.search(r"postgres:(\d+)", compose["services"]["database"]["image"])
    assert major
    assert int(major[1]) >= 15


def test_haproxy_of_the_image_knows_the_configuration(compose: dict[str, Any]) -> None:
    wanted = re.search(r"for haproxy (\d+\.\d+) and newer", HAPROXY.read_text(encoding="utf-8"))
    assert wanted
    assert f"haproxy:{wanted[1]}" in compose["services"]["balancer"]["image"]


def test_tls_is_the_same_balancer_with_a_certificate(
    compose: dict[str, Any], with_tls: dict[str, Any]
) -> None:
    (extra,) = with_tls["services"].values()
    assert set(with_tls["services"]) == {"balancer"}
    assert set(extra) <= set(compose["services"]["balancer"])
    inside = extra["environment"]["SOFTMAX_HTTPS"].rpartition(":")[2]
    assert extra["ports"] == [f"443:{inside}"]
    (mounted,) = extra["volumes"]
    assert mounted.split(":")[-2] == extra["environment"][CERTIFICATE]


# -- the image -------------------------------------------------------------------------------------


def test_the_image_is_built_from_what_is_sent_to_docker() -> None:
    ignore = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert ignore[0] == "*"
    sent = [line[1:] for line in ignore if line.startswith("!")]
    for name in sent:
        assert (ROOT / name).exists(), name
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for needed in ("app.py", "pages", ".streamlit/config.toml", "softmax_core", "softmax_ui"):
        assert needed in project
        assert needed in sent
    for copied in re.findall(
        r"COPY ((?:requirements\S*\.txt ?)+)", "\n".join(lines_of_dockerfile())
    ):
        assert set(copied.split()) <= set(sent)


def test_the_image_has_the_versions_that_are_tested_and_the_wheel_that_is_built() -> None:
    text = "\n".join(lines_of_dockerfile())
    (pattern,) = re.findall(r"grep -E '([^']+)'", text)
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    alone = [pin for pin in pins if re.search(pattern, pin)]
    assert [pin.partition("==")[0] for pin in alone] == ["torch", "torchvision"]
    assert "-r /tmp/requirements.txt -r /tmp/requirements-cluster.txt" in text
    cluster = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8")
    assert {"psycopg", "psycopg-pool", "procrastinate"} == set(
        re.findall(r"^([\w-]+)(?:\[\w+\])?==", cluster, re.MULTILINE)
    )
    (wheel,) = re.findall(r"/tmp/wheel/(\S+\.whl)", text)
    name = re.search(r'^name = "([\w-]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert name
    assert fnmatch(f"{name[1].replace('-', '_')}-1.2.3-py3-none-any.whl", wheel)
    bases = [line.split()[1] for line in lines_of_dockerfile() if line.startswith("FROM")]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.1[1-9]-slim-bookworm", bases[0])


def test_nothing_in_the_image_runs_as_root() -> None:
    users = [line for line in lines_of_dockerfile() if line.startswith("USER")]
    text = "\n".join(lines_of_dockerfile())
    assert users
    assert f"--uid {users[-1].split()[1]} " in text
    assert text.index("pip install --no-cache-dir --no-deps") < text.index(users[-1])


# -- the commands ----------------------------------------------------------------------------------


def commands(compose: dict[str, Any]) -> list[list[str]]:
    """Return the words after `softmax-explorer` wherever something in deploy/ starts it."""
    given = [
        service["command"][1:] for service in compose["services"].values() if "command" in service
    ]
    given += [
        re.findall(r'"([^"]+)"', line)[1:]
        for line in lines_of_dockerfile()
        if line.startswith("CMD")
    ]
    for unit in DEPLOY.glob("*.service"):
        (line,) = re.findall(
            r"^ExecStart=\S+/softmax-explorer (.+)$", unit.read_text(), re.MULTILINE
        )
        given.append(line.replace("%i", "8501").replace("${SOFTMAX_SLOTS}", "2").split())
    return given


def test_every_command_is_one_that_the_program_knows(
    compose: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    found = commands(compose)
    assert len(found) >= 5
    for words in found:
        parser: argparse.ArgumentParser = (
            core_parser("softmax-explorer")
            if words[0] in command.CORE_COMMANDS
            else command._parser()
        )
        parser.parse_args(words)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_its_units(tmp_path: Path) -> None:
    for unit in DEPLOY.glob("*.service"):
        # Nothing is installed under /opt here.
        text = unit.read_text().replace("/opt/softmax-explorer/bin/softmax-explorer", "/bin/true")
        copy = tmp_path / unit.name.replace("@", "@8501")
        copy.write_text(text)
        judged = subprocess.run(
            ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
        )
        assert unit.stem not in judged.stderr, judged.stderr


def test_the_page_about_serving_names_every_file_of_deploy() -> None:
    for path in DEPLOY.iterdir():
        if path.name != "parts.py":
            assert path.name in SERVING, path.name
