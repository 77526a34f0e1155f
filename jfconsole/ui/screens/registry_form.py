"""The forms for a remote registry, and the one that says which entry an image uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jfconsole.domain.answers import text
from jfconsole.domain.errors import ConsoleError, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, Form, FormField
from jfconsole.domain.image_names import address_problem
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.registries import PROVIDER, RemoteRegistry, read_registry
from jfconsole.domain.registry_text import entries_text, parse_entries
from jfconsole.domain.text import visible
from jfconsole.services.registries import explain, explanation_facts

ADDRESS = "address"
ENTRIES = "credentials"
PROVIDER_NAME = "provider_name"
PLATFORM = "platform_url"
OVERRIDE = "override_address"
LOGIN = "login_repository"
IMAGE = "image"


def new_registry_form(state: IssuerState, platform_url: str, address: str) -> Form:
    """For a registry of the platform that the console talks to, unless told otherwise."""
    role = next(iter(state.roles), "")
    start = RemoteRegistry(address=address, platform_url="" if platform_url == f"https://{address}" else platform_url)
    return _form("New registry", start, f"* role {role}" if role else "", new=True)


def edit_registry_form(registry: RemoteRegistry) -> Form:
    """For one that is there; its authorities are changed with `registries apply`."""
    return _form(f"Registry {visible(registry.address)}", registry, entries_text(registry.credentials), new=False)


def registry_record(answers: Answers) -> JsonObject:
    """The document of the answers. Raises UsageError for entries that make no sense."""
    try:
        entries = parse_entries(text(answers, ENTRIES))
    except ValueError as problem:
        raise UsageError(str(problem)) from problem
    return {
        "address": text(answers, ADDRESS),
        "override-address": text(answers, OVERRIDE) or None,
        "platform-url": text(answers, PLATFORM) or None,
        "provider-name": text(answers, PROVIDER_NAME) or PROVIDER,
        "login-repository": text(answers, LOGIN) or None,
        "credentials": [entry.document() for entry in entries],
    }


def explain_form(state: IssuerState, address: str) -> Form:
    """Says below what is typed which entry serves it; nothing is sent and nothing changes."""
    field = FormField(
        id=IMAGE,
        label="Image",
        help="As a client is told to pull it: registry.example.com/team/app:1.0",
        default=f"{address}/",
    )
    return Form(title="Which entry serves an image", fields=(field,), preview=_explained(state), onward="Close")


def _explained(state: IssuerState) -> Callable[[Answers], Sequence[str]]:
    def preview(answers: Answers) -> Sequence[str]:
        try:
            facts = explanation_facts(explain(state, text(answers, IMAGE)))
        except ConsoleError as error:
            return (visible(error.message),)
        return [f"{fact.label}: {fact.text}" for fact in facts[2:]]

    return preview


def _form(title: str, registry: RemoteRegistry, entries: str, *, new: bool) -> Form:
    fields = (
        FormField(
            id=ADDRESS,
            label="Address",
            help="As it stands in the names of images, with its port. Tokens are made for it, to the letter.",
            required=True,
            default=registry.address,
            fixed=not new,
            check=address_problem,
        ),
        FormField(
            id=ENTRIES,
            label="Credentials",
            help="`* role issuer/role` for all; with commas, `team/app secret vault/secret` for what lies below.",
            required=True,
            default=entries,
            check=_entries_problem,
        ),
        FormField(
            id=PROVIDER_NAME,
            label="Integration",
            help="What an exchange names. Avassa always says strongbox.",
            default=registry.provider_name,
            check=lambda given: _problem("provider-name", {"provider-name": given}),
        ),
        FormField(
            id=PLATFORM,
            label="Platform",
            help="Where tokens are exchanged, where that is not https://ADDRESS.",
            default=registry.platform_url,
            check=lambda given: _problem("platform-url", {"platform-url": given}),
        ),
        FormField(
            id=OVERRIDE,
            label="Reached at",
            help="Another address under which the registry is reached; the tokens stay for the first.",
            default=registry.override_address,
            check=address_problem,
        ),
        FormField(
            id=LOGIN,
            label="Logins get",
            help="Clients ask by the address alone: the repository whose entry they get; empty for that of *.",
            default=registry.login_repository,
        ),
    )
    return Form(title=title, fields=fields)


def _entries_problem(given: str) -> str | None:
    try:
        entries = parse_entries(given)
    except ValueError as problem:
        return str(problem)
    return _problem("credentials", {"credentials": [entry.document() for entry in entries]})


def _problem(field: str, part: JsonObject) -> str | None:
    """What is wrong with one field of a document, by itself."""
    _, problems = read_registry({"address": "registry.example", **part})
    return next((problem.sentence for problem in problems if problem.field == field), None)
