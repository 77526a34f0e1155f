"""What an issuer has published, read again from its public URL as a platform reads it, against what it should be.

No token is needed and none is made. Redirects are refused, as verifiers refuse them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from jfconsole.domain.durations import format_duration
from jfconsole.domain.errors import ConsoleError, NotFound
from jfconsole.domain.fields import Fields, JsonObject
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.issuers import PRIVATE_MEMBERS, issuer_difference
from jfconsole.domain.jwt_issuers import document_url, jwks_url
from jfconsole.domain.public_jwk import load_jwk
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible
from jfconsole.domain.times import utc_text
from jfconsole.domain.token_words import NOT_SAID, Fact
from jfconsole.domain.transit_keys import KeyState, KeyVersion
from jfconsole.issuer.documents import discovery
from jfconsole.jfrog.public_fetch import Document, PublicFetcher, public_fetcher
from jfconsole.services.trust_findings import Code, Found, Stage, bad, diagnosis_record, doubtful, good
from jfconsole.services.trust_stages import LEEWAY, unreadable

_JSON: Final = "application/json"
_JWKS: Final = "application/jwk-set+json"
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})\"?(?:$|[\s,])")
_ALGORITHMS: Final = "id_token_signing_alg_values_supported"
"""go-oidc takes the algorithms listed here alone, and RS256 where none is. Source: coreos/go-oidc:oidc/verify.go."""

_KEY_MEMBERS: Final = ("kty", "alg", "crv", "x", "y", "n", "e")
_AGAIN: Final = "Publish again (`jfconsole issuers publish`), and upload the keys before the discovery document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What should be found: an issuer of this state at this time (epoch seconds), read at `url`."""

    state: IssuerState
    issuer: str
    url: str
    now: float

    @property
    def versions(self) -> Mapping[str, KeyVersion]:
        """The keys that should be there, by kid."""
        return {version.kid: version for version in self.state.published_versions(self.issuer, int(self.now))}

    @property
    def known(self) -> frozenset[str]:
        """Every key that the issuer's keys ever had."""
        names = {switch.key for switch in self.state.issuers[self.issuer].switches}
        return frozenset(version.kid for name in names for version in self.state.keys[name].versions)


def publication(state: IssuerState, issuer: str, url: str = "", now: float | None = None) -> Publication:
    """What an issuer should have published; `url` is where it is read, if not at its own. Raises NotFound."""
    if issuer not in state.issuers:
        raise NotFound(f"There is no issuer {visible(issuer)}", "See `jfconsole issuers list`")
    where = url.rstrip("/") or state.url(issuer)
    return Publication(state=state, issuer=issuer, url=where, now=time.time() if now is None else now)


async def read_again(wanted: Publication, ca_cert: Path | None = None) -> tuple[Found, ...]:
    """Read both documents over the network and judge them. Raises UsageError for a `ca_cert` of no use."""
    return await examine(wanted, public_fetcher(ca_cert))


async def examine(wanted: Publication, fetcher: PublicFetcher) -> tuple[Found, ...]:
    """Read both documents and judge them. What cannot be read is a finding, never an error."""
    try:
        document = await fetcher.fetch(document_url(wanted.url))
    except ConsoleError as error:
        return (unreadable(Stage.DISCOVERY, error),)
    found = [*_read(Stage.DISCOVERY, document, wanted, (_JSON,)), *_judge_discovery(document, wanted)]
    try:
        keys = await fetcher.fetch(jwks_url(wanted.url))
    except ConsoleError as error:
        return (*found, unreadable(Stage.KEYS, error))
    found += [*_read(Stage.KEYS, keys, wanted, (_JWKS, _JSON)), *_judge_keys(keys.content.get("keys"), wanted)]
    return (*found, *_judge_clock(keys, wanted.now))


def publication_record(wanted: Publication, found: Sequence[Found]) -> JsonObject:
    """For `--json`; keys are stable."""
    diagnosis = diagnosis_record("", found)
    told = {name: value for name, value in diagnosis.items() if name != "integration"}
    return {"issuer": wanted.issuer, "url": wanted.url, **told}


def _read(stage: Stage, document: Document, wanted: Publication, types: tuple[str, ...]) -> Iterator[Found]:
    """How a document is served: its type, and how long it may be kept."""
    kind = document.headers.get("content-type", "")
    control = document.headers.get("cache-control", "")
    evidence = (
        Fact("read from", visible(document.url)),
        Fact("Content-Type", visible(kind) or NOT_SAID),
        Fact("Cache-Control", visible(control) or NOT_SAID),
    )
    told = list(_judge_type(stage, kind, types)) + list(_judge_age(stage, control, wanted))
    yield from told or [good(stage, "It is served as it should be", *evidence)]


def _judge_type(stage: Stage, kind: str, types: tuple[str, ...]) -> Iterator[Found]:
    if kind.partition(";")[0].strip().lower() not in types:
        sentence = f"It is served as {visible(kind) or 'nothing in particular'}, and {types[0]} is what it is"
        fix = f"Set its Content-Type to {types[0]}: it has no suffix to tell by"
        yield doubtful(stage, Code.CONTENT_TYPE, sentence, fix)


def _judge_age(stage: Stage, control: str, wanted: Publication) -> Iterator[Found]:
    allowed = wanted.state.issuers[wanted.issuer].issuer.jwks_max_age
    fix = f"Serve it with Cache-Control: public, max-age={allowed}, in a cache in between, too"
    given = _MAX_AGE.search(control.lower())
    if given is not None and int(given[1]) > allowed:
        kept = format_duration(int(given[1]))
        sentence = f"It may be kept for {kept}, and a rotation waits for {format_duration(allowed)} only"
        yield bad(stage, Code.MAX_AGE, sentence, f"{fix}; or raise jwks-max-age of the issuer")
    elif given is None and not {"no-store", "no-cache"} & set(re.split(r"[\s,]+", control.lower())):
        yield doubtful(stage, Code.MAX_AGE, "It does not say how long it may be kept (max-age)", fix)


def _judge_discovery(document: Document, wanted: Publication) -> Iterator[Found]:
    fields, url = Fields(document.content), wanted.state.url(wanted.issuer)
    said, keys_at = fields.text("issuer"), fields.text("jwks_uri")
    evidence = (Fact("tokens say", url), Fact("document says", visible(said or "") or NOT_SAID))
    difference = issuer_difference(url, said or "")
    if difference is None:
        yield good(Stage.ISSUER, "The document names the issuer as its tokens do, byte for byte", *evidence)
    else:
        slash = url.rstrip("/") == (said or "").rstrip("/")
        code = Code.ISSUER_SLASH if slash else Code.ISSUER_DIFFERS
        yield bad(Stage.ISSUER, code, difference, _AGAIN, *evidence)
    if keys_at != jwks_url(url):
        sentence = f"The document leads to {visible(keys_at or '') or 'no keys'}, and they are at {jwks_url(url)}"
        yield bad(Stage.ISSUER, Code.JWKS_ELSEWHERE, sentence, _AGAIN)
    yield from _judge_fields(document.content, wanted)


def _judge_fields(content: JsonObject, wanted: Publication) -> Iterator[Found]:
    """Whether the rest of it is what would be published now; what a site adds is its own affair."""
    state, now = wanted.state, int(wanted.now)
    signing = state.keys[state.signing_key(wanted.issuer, now)].key.cipher.algorithm
    listed = signing in _texts(content.get(_ALGORITHMS))
    if not listed:
        sentence = f"The document does not list {signing}, which tokens are signed with: verifiers refuse them"
        yield bad(Stage.ISSUER, Code.ALGORITHM_UNLISTED, sentence, _AGAIN)
    texts = {
        name: _texts(value) for name, value in discovery(state, wanted.issuer, now).items() if isinstance(value, list)
    }
    stale = [name for name, expected in texts.items() if _texts(content.get(name)) != expected]
    stale = [name for name in stale if listed or name != _ALGORITHMS]
    if stale:
        sentence = f"The document is not what would be published now: {', '.join(stale)}"
        yield doubtful(Stage.ISSUER, Code.DISCOVERY_STALE, sentence, _AGAIN)


def _texts(listed: Json) -> frozenset[str]:
    return frozenset(str(one) for one in listed) if isinstance(listed, list) else frozenset()


def _judge_keys(listed: Json, wanted: Publication) -> Iterator[Found]:
    keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    if not keys:
        yield bad(Stage.KEYS, Code.KEYS_UNUSABLE, "The document with the keys has no key", _AGAIN)
        return
    told = [*_judge_members(keys), *_judge_set([str(key.get("kid")) for key in keys], wanted)]
    evidence = [Fact("key", visible(str(key.get("kid")))) for key in keys]
    yield from told or [good(Stage.KEYS, f"{len(keys):,} published, each as it should be", *evidence)]


def _judge_members(keys: Sequence[JsonObject]) -> Iterator[Found]:
    for key in keys:
        name = visible(str(key.get("kid")))
        if private := sorted(PRIVATE_MEMBERS & key.keys()):
            sentence = (
                f"The key {name} is published with private members ({', '.join(private)}): anyone can sign with it"
            )
            fix = (
                "Take it down, rotate the key at once (`keys rotate --emergency`), and switch the identity mappings off"
            )
            yield bad(Stage.KEYS, Code.KEYS_PRIVATE, sentence, fix)
        elif _thumbprint(key) != key.get("kid"):
            sentence = f"The key {name} is not the one that its kid is the thumbprint of"
            yield bad(Stage.KEYS, Code.KID_NO_THUMBPRINT, sentence, _AGAIN)


def _thumbprint(key: JsonObject) -> str:
    try:
        return load_jwk({name: key[name] for name in _KEY_MEMBERS if name in key}).kid
    except ValueError:
        return ""


def _judge_set(kids: Sequence[str], wanted: Publication) -> Iterator[Found]:
    expected = wanted.versions
    signing = wanted.state.keys[wanted.state.signing_key(wanted.issuer, int(wanted.now))].active.kid
    for kid in dict.fromkeys(kid for kid in kids if kids.count(kid) > 1):
        yield bad(Stage.KEYS, Code.KEYS_UNUSABLE, f"Several keys are called {visible(kid)}", _AGAIN)
    for kid, version in expected.items():
        if kid in kids:
            continue
        if kid == signing:
            sentence = f"The key that signs, {kid}, is not published: every token is refused"
            yield bad(Stage.KEYS, Code.KEYS_MISSING, sentence, _AGAIN)
        elif version.state is KeyState.NEXT:
            sentence = f"The next key, {kid}, is not published yet: no rotation before it is"
            yield doubtful(Stage.KEYS, Code.KEYS_MISSING, sentence, _AGAIN)
        else:
            sentence = f"The retired key {kid} is gone, and tokens that it signed may still be in use"
            yield bad(Stage.KEYS, Code.KEYS_MISSING, sentence, _AGAIN)
    for kid in dict.fromkeys(kid for kid in kids if kid not in expected):
        if kid in wanted.known:
            sentence = f"The key {visible(kid)} is still published, and nothing needs it any more"
            yield doubtful(Stage.KEYS, Code.KEYS_EXTRA, sentence, _AGAIN)
        else:
            sentence = f"The key {visible(kid)} is none of ours: whoever has it can sign as this issuer"
            yield bad(Stage.KEYS, Code.KEYS_EXTRA, sentence, f"Find out who put it there. {_AGAIN}")


def _judge_clock(document: Document, now: float) -> Iterator[Found]:
    try:
        theirs = parsedate_to_datetime(document.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return
    evidence = (Fact("clock here", utc_text(now) or ""), Fact("server's", utc_text(theirs) or ""))
    apart = abs(theirs - now)
    if apart > LEEWAY:
        sentence = f"The clock of this machine and the server's are {format_duration(int(apart))} apart"
        fix = "Set the clocks by a time server: tokens of a clock that is ahead are not valid yet"
        yield bad(Stage.TIMES, Code.CLOCK_SKEW, sentence, fix, *evidence)
    else:
        yield good(Stage.TIMES, "The clocks agree", *evidence)
