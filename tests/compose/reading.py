"""Reads docker-compose.yaml and the Dockerfile as Compose would, as far as these two go, without any container."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE, DOCKERFILE = ROOT / "docker-compose.yaml", ROOT / "Dockerfile"
# $$, ${NAME}, ${NAME:-default} and ${NAME:?what is missing}; the rest of Compose's forms do not stand in the file.
VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Z_][A-Z0-9_]*)(?::([-?])([^}]*))?\})")


class Missing(Exception):
    """A variable without a default that nobody set; the text is what the file says of it."""


@dataclass(frozen=True)
class Service:
    """A service, interpolated: what runs, with what, after whom, and how its health is asked."""

    name: str
    command: list[str]
    environment: dict[str, str]
    healthcheck: list[str]
    after: dict[str, str]
    replicas: int
    profiles: list[str]
    volumes: list[str]


def document() -> dict[str, Any]:
    """The file as it stands: anchors and merges resolved, nothing interpolated."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def services(environ: Mapping[str, str]) -> dict[str, Service]:
    """The services as Compose sees them in an environment. Raises ``Missing``."""
    return {name: _service(name, interpolated(told, environ), environ) for name, told in document()["services"].items()}


def interpolated(value: Any, environ: Mapping[str, str]) -> Any:
    """A value with its variables put in. Raises ``Missing``."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: _value(found, environ), value)
    if isinstance(value, list):
        return [interpolated(one, environ) for one in value]
    if isinstance(value, dict):
        return {name: interpolated(one, environ) for name, one in value.items()}
    return value


def variables() -> dict[str, str]:
    """The variables that have no default, and what the file says of each."""
    return {name: said for _, name, kind, said in VARIABLE.findall(FILE.read_text(encoding="utf-8")) if kind == "?"}


def env_file(text: str) -> dict[str, str]:
    """The settings of an .env."""
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def image_environ() -> dict[str, str]:
    """What the last stage of the Dockerfile sets."""
    told = [words for kind, words in instructions()[-1] if kind == "ENV"]
    return dict(pair.split("=", 1) for words in told for pair in words.split())


def instructions() -> list[list[tuple[str, str]]]:
    """The stages of the Dockerfile, each as its instructions."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8")).replace("\\\n", " ")
    told = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    stages: list[list[tuple[str, str]]] = []
    for kind, words in told:
        if kind == "FROM":
            stages.append([])
        stages[-1].append((kind, " ".join(words.split())))
    return stages


def _value(found: re.Match[str], environ: Mapping[str, str]) -> str:
    dollar, name, kind, said = found.groups()
    if dollar:
        return "$"
    if value := environ.get(name):
        return value
    if kind == "?":
        raise Missing(f"{name}: {said}")
    return said or ""


def _service(name: str, told: dict[str, Any], environ: Mapping[str, str]) -> Service:
    # What stands without a value is taken over from outside, where it is set there.
    environment = {
        key: str(value if value is not None else environ[key])
        for key, value in told.get("environment", {}).items()
        if value is not None or environ.get(key)
    }
    return Service(
        name=name,
        command=[str(word) for word in told["command"]],
        environment=environment,
        healthcheck=_health(told.get("healthcheck", {})),
        after={other: how["condition"] for other, how in told.get("depends_on", {}).items()},
        replicas=told.get("deploy", {}).get("replicas", 1),
        profiles=told.get("profiles", []),
        volumes=told.get("volumes", []),
    )


def _health(told: dict[str, Any]) -> list[str]:
    match told.get("test", []):
        case ["CMD", *words]:
            return words
        case ["CMD-SHELL", words]:
            return ["sh", "-c", words]
    return []
