"""From answers to the trust that pulls need: an integration for our issuer, and a mapping for one subject of it."""

from __future__ import annotations

from typing import Final

from jfconsole.domain.answers import text
from jfconsole.domain.durations import parse_duration
from jfconsole.domain.errors import UsageError
from jfconsole.domain.forms import Answers
from jfconsole.domain.integrations import Integration, ProviderType
from jfconsole.domain.mappings import IdentityMapping, TokenSpec
from jfconsole.domain.scopes import GroupsScope, UserScope, format_scope
from jfconsole.domain.subject_templates import expand
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_requests import folded_username
from jfconsole.wizards import registry_forms as ask
from jfconsole.wizards.ci_answers import WantedMapping, WantedTrust
from jfconsole.wizards.ci_recipe import MappingPart

_ARTIFACTORY: Final = Untrusted("jfrt@*")
"""The service that serves images."""

_PART: Final = MappingPart(id="pulls", name="", description="", group="", permission="", actions=("READ",), claims={})


def subject_of(template: str, tenant: str) -> str:
    """The subject that stands in tokens. Raises UsageError for one that depends on who mints."""
    try:
        return expand(template, {"SYS_TENANT": tenant})
    except KeyError as missing:
        raise UsageError(
            f"{ask.SUBJECT}: {missing.args[0]} is another one for each user, and a mapping looks for one subject",
            "Answer it on the page Issuer",
        ) from missing


def wanted_trust(answers: Answers, issuer_url: str, subject: str) -> WantedTrust:
    """The integration and the mapping. A token of the subject gets in, and nobody else's."""
    integration = Integration(
        name=Untrusted(text(answers, ask.INTEGRATION)),
        issuer_url=Untrusted(issuer_url),
        provider_type=Untrusted(ProviderType.GENERIC.value),
        audience=Untrusted(text(answers, ask.ADDRESS)),
        description=Untrusted("Pulls with minted tokens"),
    )
    mapping = IdentityMapping(
        name=Untrusted(text(answers, ask.MAPPING)),
        provider_name=integration.name,
        description=Untrusted(f"Pulls images of {text(answers, ask.ADDRESS)}"),
        claims={"sub": subject},
        token_spec=_spec(answers),
    )
    sample = {"iss": issuer_url, "sub": subject, "aud": text(answers, ask.ADDRESS)}
    one = WantedMapping(part=_PART, mapping=mapping, access=None, sample={**sample})
    return WantedTrust(integration=integration, mappings=(one,))


def _spec(answers: Answers) -> TokenSpec:
    who, lifetime = text(answers, ask.WHO), parse_duration(text(answers, ask.LIFETIME))
    if text(answers, ask.ACTS_AS) == ask.A_GROUP:
        scope = format_scope([GroupsScope((Untrusted(who.lower()),))])
        return TokenSpec(scope=Untrusted(scope), audience=_ARTIFACTORY, expires_in=lifetime)
    return TokenSpec(
        username=folded_username(who),
        scope=Untrusted(format_scope([UserScope()])),
        audience=_ARTIFACTORY,
        expires_in=lifetime,
    )
