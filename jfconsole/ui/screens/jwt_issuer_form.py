"""What is asked about an issuer, and the document that the answers come to; its URLs are told all the while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jfconsole.domain.answers import flag, text
from jfconsole.domain.durations import format_duration
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.jwt_issuers import JwtIssuer, document_url, jwks_url, read_issuer
from jfconsole.domain.text import visible

_URL_HELP = "Empty: derived from the public base, as shown. Else https, byte for byte as verifiers will compare it."
_AGE_HELP = "How long verifiers may keep the keys. A new key waits so long before it signs."


def new_issuer_form(state: IssuerState) -> Form:
    """An issuer that does not exist yet."""
    first = next(iter(state.keys))
    return _form("New issuer", state, JwtIssuer(name="", signing_key=first), new=True)


def edit_issuer_form(state: IssuerState, issuer: JwtIssuer) -> Form:
    """An issuer as it is; its name stays."""
    return _form(f"Edit issuer {visible(issuer.name)}", state, issuer, new=False)


def issuer_record(answers: Answers) -> JsonObject:
    """The document; what the form does not ask stays as it is."""
    asked = ("name", "signing-key", "issuer", "default-ttl", "max-ttl", "jwks-max-age")
    return {**{name: text(answers, name) for name in asked}, "verbose-logging": flag(answers, "verbose-logging")}


def _form(title: str, state: IssuerState, issuer: JwtIssuer, *, new: bool) -> Form:
    return Form(
        title=title,
        fields=(
            FormField(
                id="name",
                label="Name",
                help="Small letters, digits and dashes; it stands in the derived URL. It cannot be changed later.",
                required=True,
                default=issuer.name,
                fixed=not new,
            ),
            FormField(
                id="signing-key",
                label="Signing key",
                help="Another one is published at once and signs when verifiers know it; the old one stays published.",
                kind=FieldKind.CHOICE,
                choices=tuple(state.keys),
                default=issuer.signing_key,
            ),
            FormField(id="issuer", label="Issuer URL", help=_URL_HELP, default=issuer.issuer),
            FormField(
                id="default-ttl",
                label="Default lifetime",
                help="Of tokens under a role that says nothing.",
                default=format_duration(issuer.default_ttl),
            ),
            FormField(
                id="max-ttl",
                label="Longest lifetime",
                help="No role goes beyond it. Nobody can take a minted token back: keep it short.",
                default=format_duration(issuer.max_ttl),
            ),
            FormField(id="jwks-max-age", label="Keys cached", help=_AGE_HELP, default=_age(issuer)),
            FormField(
                id="verbose-logging",
                label="Verbose log",
                help="The mint log holds all claims of a token, never the token.",
                kind=FieldKind.FLAG,
                default=issuer.verbose_logging,
            ),
        ),
        check=_check,
        preview=lambda answers: _preview(state, answers),
    )


def _age(issuer: JwtIssuer) -> str:
    return format_duration(issuer.jwks_max_age)


def _check(answers: Answers) -> Mapping[str, str]:
    _, problems = read_issuer(issuer_record(answers))
    return {problem.field: problem.sentence for problem in reversed(problems) if problem.certain}


def _preview(state: IssuerState, answers: Answers) -> Sequence[str]:
    issuer, problems = read_issuer(issuer_record(answers))
    told = []
    if issuer is not None and issuer.name:
        url = issuer.url(state.public_base, state.tenant)
        told = [f"iss        {url}", f"discovery  {document_url(url)}", f"keys       {jwks_url(url)}"]
    return (*told, *(problem.sentence for problem in problems if problem.field != "name" or issuer is None))
