"""A token told to a person: label and text, line by line, for the detail pane and for `show` and `inspect`.

Every text here is cleaned and can be shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jfconsole.domain.audience import audience_in_english, parse_audience
from jfconsole.domain.durations import format_duration, format_relative
from jfconsole.domain.jwt import ApiKey, DecodedJwt, Pasted, ReferenceToken, TokenId, Unrecognised
from jfconsole.domain.scopes import scope_concerns, scope_in_english
from jfconsole.domain.text import concerns, visible
from jfconsole.domain.times import local_text
from jfconsole.domain.token_facts import (
    SubjectKind,
    SubjectState,
    TokenView,
    flags,
    revocability_in_words,
    subject_kind,
)
from jfconsole.domain.tokens import username_of

NOT_SAID: Final = "server does not say"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a label of one or two words, and what there is to say."""

    label: str
    text: str


_STATE_WORDS: Final = {
    SubjectState.ENABLED: "an enabled user",
    SubjectState.INVITED: "a user who was invited and has not come yet",
    SubjectState.DISABLED: "a disabled user",
    SubjectState.LOCKED: "a locked user",
    SubjectState.MISSING: "no user of that name exists (removed, or made for a name that never did)",
    SubjectState.NO_USER: "not a user",
    SubjectState.UNKNOWN: "the state of the user is not known",
}


def describe_token(view: TokenView, now: float) -> tuple[Fact, ...]:
    """Everything that the list and the users tell about a token. `now` is in epoch seconds."""
    token = view.token
    project = (Fact("project", visible(token.project)),) if token.project else ()
    return (
        Fact("id", visible(token.token_id)),
        Fact("subject", _subject(token.subject, view.subject_state)),
        Fact("scope", _scope(token.scope)),
        Fact("description", visible(token.description) if token.description else "none"),
        Fact("expires", when(token.expiry, now)),
        Fact("created", when(token.issued_at, now)),
        Fact("last used", when(token.last_used, now) if token.last_used is not None else NOT_SAID),
        Fact("refreshable", "yes" if token.refreshable else "no"),
        Fact("revocable", revocability_in_words(token, now)),
        Fact("audience", NOT_SAID),
        *project,
        Fact("issuer", visible(token.issuer) if token.issuer else NOT_SAID),
        *_concerns(view.username, token.scope),
        Fact("flags", ", ".join(flags(view, now)) or "none"),
    )


def describe_pasted(pasted: Pasted, now: float) -> tuple[Fact, ...]:
    """What a pasted text is and says; nothing of it is verified. `now` is in epoch seconds."""
    match pasted:
        case DecodedJwt():
            return _describe_jwt(pasted, now)
        case ReferenceToken(expires=expires):
            return (
                Fact("what", "a reference token: it stands for an access token that only the platform knows"),
                Fact("expires", when(expires, now)),
            )
        case ApiKey():
            return (
                Fact("what", "an API key of Artifactory, not an access token"),
                Fact("use", "as a password with its user name, or in the header X-JFrog-Art-Api; never as Bearer"),
            )
        case TokenId(value):
            return (Fact("what", "the id of a token (no secret)"), Fact("id", visible(value)))
        case Unrecognised(problem):
            return (Fact("what", "not a token"), Fact("problem", problem))


def when(epoch: float | None, now: float) -> str:
    """A point in time for a detail line: `2027-01-21 09:14 local (in 61 d)`, `never`."""
    if epoch is None:
        return "never"
    shown = local_text(epoch)
    return f"{shown} local ({format_relative(epoch, now)})" if shown else f"{epoch} (no date of any calendar)"


def _describe_jwt(jwt: DecodedJwt, now: float) -> tuple[Fact, ...]:
    lines = [
        Fact("what", _kind(jwt)),
        Fact("signature", f"not checked here ({visible(jwt.algorithm or 'no algorithm')})"),
        Fact("subject", _subject(jwt.subject, None) if jwt.subject else "none"),
        Fact("scope", _scope(jwt.scope) if jwt.scope else "none in the token"),
        Fact("audience", _audience(jwt)),
        Fact("issuer", visible(jwt.issuer) if jwt.issuer else "none"),
        Fact("expires", when(jwt.expires, now)),
        Fact("issued", when(jwt.issued_at, now) if jwt.issued_at is not None else "does not say"),
        Fact("made to live", _lifetime(jwt)),
        Fact("id", visible(jwt.token_id) if jwt.token_id else "none"),
        Fact("key id", visible(jwt.key_id) if jwt.key_id else "none"),
        Fact("revocable", _revocable(jwt)),
    ]
    lines += _concerns(username_of(jwt.subject) if jwt.subject else "", jwt.scope)
    lines += [Fact("problem", problem) for problem in jwt.problems]
    return tuple(line for line in lines if line.text)


def _kind(jwt: DecodedJwt) -> str:
    if jwt.is_jfrog:
        return "an access token of a JFrog Platform"
    if (jwt.issuer or "").startswith("https://"):
        return "an id token of another issuer: the platform takes it in an OIDC exchange, not as an access token"
    return "a JWT, not of a JFrog Platform"


def _lifetime(jwt: DecodedJwt) -> str:
    if jwt.expires is None or jwt.issued_at is None or jwt.expires < jwt.issued_at:
        return ""
    return format_duration(jwt.expires - jwt.issued_at)


def _audience(jwt: DecodedJwt) -> str:
    text = " ".join(jwt.audience)
    return f"{audience_in_english(parse_audience(text))} ({visible(text)})" if text else "none in the token"


def _revocable(jwt: DecodedJwt) -> str:
    """Source for the claim: vault-plugin-secrets-artifactory README (sample of a token made with force_revocable)."""
    if jwt.revocable is None:
        return "the token does not say" if jwt.is_jfrog else ""
    return "yes, says the token" if jwt.revocable else "no, says the token"


def _subject(subject: str, state: SubjectState | None) -> str:
    kind = subject_kind(subject)
    name = visible(username_of(subject))
    if kind is SubjectKind.MAPPING:
        return f"{name}: an identity mapping, made by an OIDC exchange"
    if kind is SubjectKind.OTHER or state is None:
        return name
    return f"{name}: {_STATE_WORDS[state]}"


def _scope(scope: str | None) -> str:
    return f"{scope_in_english(scope)} ({visible(scope)})" if scope else NOT_SAID


def _concerns(name: str, scope: str | None) -> list[Fact]:
    names = [Fact("beware", f"the name has {concern}") for concern in concerns(name)]
    return names + [Fact("beware", concern) for concern in scope_concerns(scope)]
