"""deploy/compose.yaml, as a validator of Compose's specification reads it."""

import json
import re
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from tests.commands import BASE_DIR

DEPLOY = BASE_DIR / "deploy"
Service = dict[str, Any]


def validated(text: str) -> dict[str, Service]:
    """The services of a file for Compose; ValueError if its specification knows no such file."""
    # The validator reads YAML, too, but not its merging of mappings.
    compose = PyCompose.from_json(json.dumps(yaml.safe_load(text)))
    found: dict[str, Service] = compose.to_dict()["services"]
    return found


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    """Those of compose.yaml."""
    return validated((DEPLOY / "compose.yaml").read_text())


def test_a_mistake_in_the_file_for_compose_is_found():
    text = (DEPLOY / "compose.yaml").read_text()

    for right, wrong in (
        ("read_only: true", "read_onyl: true"),
        ("stop_grace_period: 40s", "stop_grace_period: soon"),
    ):
        assert right in text
        with pytest.raises(ValueError, match=r"."):
            validated(text.replace(right, wrong))


def test_every_container_gives_up_what_it_can(services):
    assert set(services) == {"release", "web", "web-2", "worker", "beat", "postgresql", "valkey"}
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
        assert re.fullmatch(r"secureblogs|docker\.io/[a-z/]+:\d+", service["image"])
