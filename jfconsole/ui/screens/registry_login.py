"""Which container clients on this machine shall pull from a registry."""

from __future__ import annotations

from pathlib import Path

from jfconsole.domain.answers import names
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.services.clients import CLIENTS, DOCKER, config_of, login_preview


def login_form(registry: RemoteRegistry) -> Form:
    """Which clients, and whose credentials they get; what is written where is told while it is chosen."""

    return Form(
        title=f"Let clients here pull from {registry.address}",
        fields=(
            FormField(
                id="clients",
                label="Clients",
                help="They ask docker-credential-jfconsole at each pull; nothing secret is written into their files.",
                kind=FieldKind.SOME,
                choices=CLIENTS,
                default=(DOCKER,),
                required=True,
            ),
            FormField(
                id="repository",
                label="Credentials of",
                help="Clients ask by the address alone: the repository whose entry they get; empty for that of *.",
                default=registry.login_repository,
            ),
        ),
        preview=lambda answers: login_preview(registry.address, files_of(answers)),
    )


def files_of(answers: Answers) -> list[Path]:
    """The files of the clients that were chosen."""
    return [config_of(client) for client in names(answers, "clients")]
