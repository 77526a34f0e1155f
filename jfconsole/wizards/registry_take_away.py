"""What to carry away from the wizard for pulls: what was set up, how to publish, how clients and applications pull."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from jfconsole.domain.answers import names, text
from jfconsole.domain.forms import Answers
from jfconsole.domain.jwt_issuers import document_url, jwks_url
from jfconsole.services.clients import DOCKER, PODMAN, shell_lines
from jfconsole.wizards import registry_forms as ask
from jfconsole.wizards.engine import Artefact

_SOME_IMAGE: Final = "docker-local/app:1.0"


def artefacts(answers: Answers, issuer_url: str, subject: str) -> Sequence[Artefact]:
    """The card first."""
    image = ask.image_in(text(answers, ask.ADDRESS), text(answers, ask.IMAGE) or _SOME_IMAGE)
    return (
        Artefact("card", "What was set up", _card(answers, issuer_url, subject), "registry-pulls.txt"),
        Artefact("clients", "Let Docker, Podman and Skopeo pull", _clients(answers, image), "pull.sh"),
        Artefact("publish", "Publish the issuer", _publish(answers, issuer_url), "publish.sh"),
        Artefact("application", "An application that pulls", _application(image), "application.yaml"),
    )


def _card(answers: Answers, issuer_url: str, subject: str) -> str:
    lines = (
        ("Registry", text(answers, ask.ADDRESS)),
        ("Issuer URL", issuer_url),
        ("Discovery", document_url(issuer_url)),
        ("Keys", jwks_url(issuer_url)),
        ("Role", f"{text(answers, ask.ISSUER)}/{text(answers, ask.ROLE)}"),
        ("Audience", text(answers, ask.ADDRESS)),
        ("Integration", text(answers, ask.INTEGRATION)),
        ("Mapping", text(answers, ask.MAPPING)),
        ("Claims", json.dumps({"sub": subject})),
        ("Acts as", f"{text(answers, ask.ACTS_AS).removeprefix('a ')} {text(answers, ask.WHO)}"),
    )
    return "".join(f"{label:<12} {value}\n" for label, value in lines)


def _clients(answers: Answers, image: str) -> str:
    command = f"jfconsole registries login-config {text(answers, ask.ADDRESS)}"
    commands = {DOCKER: f"{command}            # {DOCKER}", PODMAN: f"{command} --podman   # {PODMAN}"}
    written = names(answers, ask.CLIENTS)
    return "\n".join(
        (
            *shell_lines(),
            *(f"# {client}: done on this machine" for client in written),
            *(line for client, line in commands.items() if client not in written),
            f"skopeo inspect docker://{image}",
            f"docker pull {image}",
            "",
        )
    )


def _publish(answers: Answers, issuer_url: str) -> str:
    issuer = text(answers, ask.ISSUER)
    return "\n".join(
        (
            f"# The platform reads {document_url(issuer_url)}",
            f"jfconsole issuers publish {issuer} ./site   # then upload it, the keys first",
            f"jfconsole doctor publish {issuer}           # read it again from there",
            "",
        )
    )


def _application(image: str) -> str:
    """Source: Avassa documentation, "Application specification"."""
    return "\n".join(
        (
            "name: app",
            'version: "1.0"',
            "services:",
            "  - name: app",
            "    mode: replicated",
            "    replicas: 1",
            "    containers:",
            "      - name: app",
            f"        image: {image}",
            "",
        )
    )
