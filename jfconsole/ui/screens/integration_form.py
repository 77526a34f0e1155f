"""What is asked about an OIDC integration, and the integration that the answers describe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from jfconsole.domain.answers import flag, text, untrusted
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.integrations import Integration, ProviderType, integration_problems, provider_type
from jfconsole.domain.lint_integrations import lint_integration
from jfconsole.domain.providers import Provider
from jfconsole.domain.text import Untrusted, visible

_URL_HELP: Final = "Letter for letter as the issuer calls itself in its tokens (iss). No slash more, no slash less."
_AUDIENCE_HELP: Final = "What a token's aud must hold. Choose one for this integration alone, and have jobs ask for it."
_ISSUER_HELP: Final = (
    "The iss of its tokens, where it is another than the provider URL, as with version 1 of Microsoft's."
)
_ORGANIZATION_HELP: Final = "The GitHub organisation whose workflows get in."
_PERMISSIVE_HELP: Final = "Workflows of every organisation on GitHub get as far as the mappings. Leave it off."


def new_integration_form(provider: Provider) -> Form:
    """An integration that does not exist yet, with what is known of the platform filled in."""
    name = "" if "<" in provider.id else provider.id
    start = Integration(
        name=Untrusted(name),
        issuer_url=Untrusted(provider.issuer),
        provider_type=Untrusted(provider.provider_type.value),
        audience=Untrusted(""),
    )
    fields = _fields(start, new=True)
    return Form(
        title=f"New integration · {provider.title}",
        fields=fields,
        check=lambda answers: _check(new_integration(answers)),
        preview=lambda answers: _preview(new_integration(answers), provider.notes),
    )


def edit_integration_form(integration: Integration) -> Form:
    """An integration as it is; name, type and project stay."""
    return Form(
        title=f"Edit integration {visible(integration.name)}",
        fields=_fields(integration, new=False),
        check=lambda answers: _check(changed_integration(integration, answers)),
        preview=lambda answers: _preview(changed_integration(integration, answers)),
    )


def new_integration(answers: Answers) -> Integration:
    """The integration that the answers describe; what was left empty is not said."""
    project = untrusted(answers, "project_key")
    name, kind = untrusted(answers, "name"), untrusted(answers, "provider_type")
    return changed_integration(Integration(name=name, provider_type=kind, project_key=project or None), answers)


def changed_integration(before: Integration, answers: Answers) -> Integration:
    """The integration with what the answers say; what it never said and still does not is left alone."""
    return replace(
        before,
        issuer_url=untrusted(answers, "issuer_url"),
        audience=untrusted(answers, "audience") or _emptied(before.audience),
        description=untrusted(answers, "description") or _emptied(before.description),
        token_issuer=untrusted(answers, "token_issuer") or _emptied(before.token_issuer),
        organization=untrusted(answers, "organization") or _emptied(before.organization),
        azure_app_id=untrusted(answers, "azure_app_id") or _emptied(before.azure_app_id),
        enable_permissive_configuration=_flagged(answers, before, "enable_permissive_configuration"),
        use_default_proxy=_flagged(answers, before, "use_default_proxy"),
    )


def _emptied(before: Untrusted | None) -> Untrusted | None:
    """An empty text takes away what was there; what was never said is not said."""
    return None if before is None else Untrusted("")


def _flagged(answers: Answers, before: Integration, name: str) -> bool | None:
    wanted = flag(answers, name)
    return wanted if wanted or getattr(before, name) is not None else None


def _fields(start: Integration, *, new: bool) -> tuple[FormField, ...]:
    return (
        *_lasting_fields(start, new=new),
        FormField(id="issuer_url", label="Provider URL", help=_URL_HELP, required=True, default=start.issuer_url or ""),
        FormField(id="audience", label="Audience", help=_AUDIENCE_HELP, default=start.audience or ""),
        *_fields_by_type(start),
        FormField(id="description", label="Description", help="What it is for.", default=start.description or ""),
        FormField(
            id="use_default_proxy",
            label="Default proxy",
            help="The platform asks the issuer through its default proxy.",
            kind=FieldKind.FLAG,
            default=bool(start.use_default_proxy),
        ),
        FormField(
            id="project_key",
            label="Project",
            help="The project that it belongs to; empty for all of the platform. It cannot be changed later.",
            default=start.project_key or "",
            fixed=not new,
        ),
    )


def _lasting_fields(start: Integration, *, new: bool) -> tuple[FormField, ...]:
    """What cannot be changed later."""
    kinds = [kind.value for kind in ProviderType]
    held = str(start.provider_type or "") or kinds[-1]
    choices = tuple(kinds if held in kinds else [*kinds, held])
    named = "Small letters, digits and dashes. Clients send it to the letter: it cannot be changed later."
    return (
        FormField(id="name", label="Name", help=named, required=True, default=start.name, fixed=not new),
        FormField(
            id="provider_type",
            label="Type",
            help="What the platform takes it for. It cannot be changed later.",
            kind=FieldKind.CHOICE,
            choices=choices,
            default=held,
            fixed=not new,
        ),
    )


def _fields_by_type(start: Integration) -> tuple[FormField, ...]:
    """What only some types have."""
    return (
        FormField(
            id="organization",
            label="Organisation",
            help=_ORGANIZATION_HELP,
            default=start.organization or "",
            when=_is_github,
        ),
        FormField(
            id="enable_permissive_configuration",
            label="Permissive",
            help=_PERMISSIVE_HELP,
            kind=FieldKind.FLAG,
            default=bool(start.enable_permissive_configuration),
            when=_is_github,
        ),
        FormField(
            id="token_issuer",
            label="Token issuer",
            help=_ISSUER_HELP,
            default=start.token_issuer or "",
            when=lambda answers: not _is_github(answers),
        ),
        FormField(
            id="azure_app_id",
            label="Azure app id",
            help="For an application with signing keys of its own.",
            default=start.azure_app_id or "",
            when=lambda answers: _kind(answers) is ProviderType.AZURE,
        ),
    )


def _kind(answers: Answers) -> ProviderType | None:
    return provider_type(text(answers, "provider_type"))


def _is_github(answers: Answers) -> bool:
    kind = _kind(answers)
    return kind is not None and kind.is_github


def _check(integration: Integration) -> Mapping[str, str]:
    """What the platform would refuse, by field; the rest is told in the review."""
    found = {problem.field: problem.sentence for problem in reversed(integration_problems(integration))}
    certain = {problem.field for problem in integration_problems(integration) if problem.certain}
    left = {"issuer_url": "Fill in what stands in <angle brackets>"} if "<" in (integration.issuer_url or "") else {}
    return {field: sentence for field, sentence in found.items() if field in certain} | left


def _preview(integration: Integration, notes: Sequence[str] = ()) -> Sequence[str]:
    findings = [
        f"{finding.rule.value} {finding.severity.value}: {finding.sentence}"
        for finding in lint_integration(integration)
    ]
    open_points = [problem.sentence for problem in integration_problems(integration) if not problem.certain]
    return (*findings, *open_points, *notes) or ("The linter finds nothing.",)
