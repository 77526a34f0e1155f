"""What the wizard for pulls with minted tokens asks, page by page: the registry, who signs, who gets in, the proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.answers import names
from jfconsole.domain.durations import format_duration
from jfconsole.domain.forms import Answer, Answers, FieldKind, Form, FormField
from jfconsole.domain.image_names import address_problem, parse_image
from jfconsole.domain.issuer_names import name_problem
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import url_problem
from jfconsole.domain.registries import PROVIDER
from jfconsole.domain.subject_templates import template_problem
from jfconsole.domain.transit_keys import Cipher
from jfconsole.services import clients
from jfconsole.wizards.ci_forms import integration_problem, lifetime_problem, mapping_problem
from jfconsole.wizards.engine import WizardStep

ID: Final = "registry-pulls"
TITLE: Final = "Pull images with minted tokens"
SUMMARY: Final = "from a signing key to a credential helper: no secret is stored where images are pulled"

ADDRESS: Final = "address"
KEY: Final = "key"
CIPHER: Final = "cipher"
ISSUER: Final = "issuer"
ISSUER_URL: Final = "issuer_url"
ROLE: Final = "role"
SUBJECT: Final = "subject"
INTEGRATION: Final = "integration"
MAPPING: Final = "mapping"
ACTS_AS: Final = "acts_as"
WHO: Final = "who"
LIFETIME: Final = "lifetime"
CLIENTS: Final = "clients"
IMAGE: Final = "image"
"""The ids of the questions, as answer files have them."""

IMAGES: Final = "images"
"""What the question for an image chooses from."""

A_USER: Final = "a user"
A_GROUP: Final = "a group"

_LIFETIME: Final = 600
"""Seconds that an exchanged token lives: a pull, with large layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed: what serves the registry already, else names for what is to be made."""

    key: str = "pulls"
    issuer: str = "jfrog"
    role: str = "pulls"
    subject: str = "${SYS_TENANT}/pulls"
    integration: str = PROVIDER


NOTHING_THERE: Final = Proposal()


def proposal(state: IssuerState, address: str) -> Proposal:
    """The issuer and the role that the registry's general entry uses, where there is one."""
    registry = state.registries.get(address)
    entry = registry.entry("") if registry is not None else None
    role = state.roles.get(entry.role_key) if entry is not None else None
    if registry is None or role is None or role.issuer not in state.issuers:
        return NOTHING_THERE
    return Proposal(
        key=state.issuers[role.issuer].issuer.signing_key,
        issuer=role.issuer,
        role=role.name,
        subject=role.subject_template,
        integration=registry.provider_name,
    )


def pages(answers: Answers, address: str = "", proposed: Proposal = NOTHING_THERE) -> tuple[WizardStep, ...]:
    """The pages; `address` is that of the platform, which is the registry's, too, as a rule."""
    trust = _trust_page(answers, proposed)
    return (_registry_page(address), _issuer_page(proposed), trust, _clients_page(answers, address), _proof_page())


def defaults(answers: Answers, address: str = "", proposed: Proposal = NOTHING_THERE) -> dict[str, Answer]:
    """All answers: those that were given, and for the rest what is proposed after them."""
    found: dict[str, Answer] = dict(answers)
    for number in range(len(pages(found, address, proposed))):
        for field in pages(found, address, proposed)[number].form.fields:
            found.setdefault(field.id, field.default)
    return found


def _registry_page(address: str) -> WizardStep:
    field = FormField(
        id=ADDRESS,
        label="Address",
        help="As it stands in the names of images, with its port: registry.example.com:6000. Tokens are for it alone.",
        required=True,
        default=address,
        check=address_problem,
    )
    intro = "Images are pulled with tokens that are minted here for minutes; nothing is stored where they are pulled."
    return WizardStep("registry", "Registry", Form(title="Where images come from", fields=(field,)), intro)


def _issuer_page(proposed: Proposal) -> WizardStep:
    fields = (
        _named(KEY, "Signing key", "What signs. One that is there is used as it is.", proposed.key, "signing key"),
        FormField(
            id=CIPHER,
            label="Cipher",
            help="Of a new key. ecdsa-p256 is known to work with JFrog, and fast.",
            kind=FieldKind.CHOICE,
            choices=tuple(cipher.value for cipher in Cipher),
            default=Cipher.ECDSA_P256.value,
        ),
        _named(ISSUER, "Issuer", "Whom the platform will trust.", proposed.issuer, "issuer"),
        FormField(
            id=ISSUER_URL,
            label="Issuer URL",
            help="Where its documents are published. Empty: below the public URL of the local issuer.",
            check=url_problem,
        ),
        _named(ROLE, "Role", "What its tokens may say: this registry, this subject.", proposed.role, "role"),
        FormField(
            id=SUBJECT,
            label="Subject",
            help="Who pulls: the sub of the tokens, and what the mapping looks for.",
            required=True,
            default=proposed.subject,
            check=template_problem,
        ),
    )
    return WizardStep("issuer", "Issuer", Form(title="Who signs", fields=fields))


def _trust_page(answers: Answers, proposed: Proposal) -> WizardStep:
    group = answers.get(ACTS_AS) == A_GROUP
    fields = (
        FormField(
            id=INTEGRATION,
            label="Integration",
            help="An exchange names it: strongbox, unless everything that pulls is told otherwise.",
            required=True,
            default=proposed.integration,
            check=integration_problem,
        ),
        FormField(
            id=MAPPING,
            label="Mapping",
            help="The name of the identity mapping.",
            required=True,
            default=str(answers.get(ROLE) or proposed.role),
            check=mapping_problem,
        ),
        FormField(
            id=ACTS_AS,
            label="Acts as",
            help="With a group, the user name of the token is integration/mapping, which a few clients refuse.",
            kind=FieldKind.CHOICE,
            choices=(A_USER, A_GROUP),
            default=A_USER,
        ),
        FormField(
            id=WHO,
            label="Group" if group else "User",
            help="It must be there, and should read the image repositories and nothing else.",
            kind=FieldKind.NAME,
            source="groups" if group else "users",
            required=True,
        ),
        FormField(
            id=LIFETIME,
            label="Lifetime",
            help="How long an exchanged token lives: long enough for the largest image.",
            required=True,
            default=format_duration(_LIFETIME),
            check=lifetime_problem,
        ),
    )
    return WizardStep("trust", "Trust", Form(title="Who is let in, as whom", fields=fields))


def _clients_page(answers: Answers, address: str) -> WizardStep:
    field = FormField(
        id=CLIENTS,
        label="Clients",
        help="Those on this machine that shall pull; none: the commands for it stand among the things to take away.",
        kind=FieldKind.SOME,
        choices=clients.CLIENTS,
        default=(clients.DOCKER,),
    )
    wanted = str(answers.get(ADDRESS) or address)

    form = Form(
        title="Who pulls on this machine",
        fields=(field,),
        preview=lambda given: clients.login_preview(wanted, files_of(given)),
    )
    intro = "Clients ask docker-credential-jfconsole at each pull: nothing secret is written into their files."
    return WizardStep("clients", "Clients", form, intro)


def files_of(answers: Answers) -> list[Path]:
    """The files of the clients that were chosen."""
    return [clients.config_of(client) for client in names(answers, CLIENTS)]


def _proof_page() -> WizardStep:
    field = FormField(
        id=IMAGE,
        label="Image",
        help="It is pulled to prove that all of this works, such as docker-local/app:1.0; down lists some that are "
        "there. Empty: the credentials alone are tried.",
        kind=FieldKind.NAME,
        source=IMAGES,
        check=_image_problem,
    )
    return WizardStep("proof", "Proof", Form(title="Try it", fields=(field,)))


def image_in(address: str, image: str) -> str:
    """The whole name of an image, whether or not its registry was typed."""
    return image if image.startswith(f"{address}/") else f"{address}/{image}"


def _named(name: str, label: str, explained: str, default: str, noun: str) -> FormField:
    return FormField(
        id=name,
        label=label,
        help=explained,
        required=True,
        default=default,
        check=lambda text: name_problem(text, noun),
    )


def _image_problem(text: str) -> str | None:
    try:
        parse_image(text if "." in text.partition("/")[0] else image_in("registry.example", text))
    except ValueError as problem:
        return str(problem)
    return None
