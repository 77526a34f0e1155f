"""Pairing two platforms: both certificates, the steps for each side, and a token that is tried on the other.

A circle of trust is made by hand, with files: no call of a platform takes a certificate in. So nothing is changed here
but that a short-lived token is made, to try the peer with; what has to be put where can be taken away at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from jfconsole.domain.answers import secret, text
from jfconsole.domain.checks import Check, Verdict
from jfconsole.domain.connection import Connection, platform_url
from jfconsole.domain.durations import MINUTE
from jfconsole.domain.errors import ConsoleError, NotAllowed, NotAuthenticated, Refused, UsageError
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField, problems
from jfconsole.domain.plans import Plan, Product, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
from jfconsole.domain.trust import RULES, certificate_name, peer_steps
from jfconsole.services.session import Unknown, open_session
from jfconsole.services.trust import Shown, cross, peer_connection, plan_trial, show
from jfconsole.services.wizard_runs import WizardTools
from jfconsole.wizards.engine import Artefact, Existing, WizardStep

ID: Final = "pair-platforms"
TITLE: Final = "Pair two platforms"
SUMMARY: Final = "let another platform believe the tokens of this one, or each the other's"

URL: Final = "url"
TOKEN: Final = "token"  # noqa: S105  # the name of a question
CA: Final = "ca"
WAYS: Final = "ways"
BACK: Final = "back"

ONE_WAY: Final = "the peer believes this platform"
BOTH_WAYS: Final = "each believes the other"

TRIAL: Final = 30 * MINUTE
"""Seconds that the token lives which is tried: long enough to put the files in place."""

_TYPED: Final = "typed for this trial"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both platforms as they show themselves."""

    here: Shown
    there: Shown

    @property
    def files(self) -> tuple[str, str]:
        """Under which names their certificates are saved; never the same one."""
        here, there = certificate_name(self.here.host), certificate_name(self.there.host)
        return here, there if there != here else f"{Path(there).stem}-peer.crt"


class Pairing:
    """One pairing. See `engine.Wizard`. The peer's tokens are asked for, and kept nowhere."""

    def __init__(self, tools: WizardTools) -> None:
        self.id = ID
        self.title = TITLE
        self._tools = tools
        self._pair: Pair | None = None

    def steps(self, answers: Answers) -> Sequence[WizardStep]:
        """See `engine.Wizard`."""
        return pages(answers)

    async def choices(self, source: str) -> Sequence[str]:
        """Nothing is picked from a list."""
        return ()

    async def preflight(self) -> Sequence[Check]:
        """Only administrators may read the root certificate."""
        what = "This account may read the root certificate"
        admin = (await self._tools.session.identify()).admin
        if isinstance(admin, Unknown):
            return (Check(what, Verdict.UNKNOWN, visible(admin.reason)),)
        return (Check(what, Verdict.GOOD if admin else Verdict.BAD, "" if admin else "It is no administrator"),)

    async def check(self, step: str, answers: Answers) -> Mapping[str, str]:
        """Also whether the peer answers, and is another platform."""
        page = next(page for page in self.steps(answers) if page.id == step)
        found = problems(page.form, answers)
        return found or (await self._peer_problems(answers) if step == "peer" else {})

    async def existing(self, answers: Answers) -> Sequence[Existing]:
        """Nothing that could be there already is made."""
        return ()

    async def plan(self, answers: Answers) -> Plan:
        """The plan that makes the token which is tried. Raises Refused when the peer is this platform."""
        self._pair = pair = await self._look(answers)
        plan = await plan_trial(self._tools.session, TRIAL)
        host = visible(pair.there.host)
        effects = (
            "Neither platform is changed: certificates are put in place by hand, the steps come at the end",
            *plan.confirmation.effects,
        )
        confirmation = replace(plan.confirmation, verb="Make a token to try it", effects=effects)
        return replace(plan, title=f"Pair with {host}", confirmation=confirmation)

    async def prove(self, answers: Answers, products: Sequence[Product]) -> Sequence[Check]:
        """Try the token that was made on the peer, and one of the peer here, where there is one."""
        self._pair = self._pair or await self._look(answers)
        async with open_session(peer_of(answers), threaded=True) as peer:
            tried = [check for product in products for check in await cross(peer, product.secrets["access_token"])]
        if answers.get(WAYS) != BOTH_WAYS:
            return tried
        return [*tried, *await self._back(answers)]

    async def _back(self, answers: Answers) -> Sequence[Check]:
        value = secret(answers, BACK)
        if value:
            return await cross(self._tools.session, value)
        what = f"{visible(self._tools.session.connection.host)} believes tokens of the peer"
        return (Check(what, Verdict.UNKNOWN, "Not tried: run this wizard on the peer, or give a token of it"),)

    def artefacts(self, answers: Answers, report: Report) -> Sequence[Artefact]:
        """The certificates under names that say whose they are, and what to do with them."""
        return tuple(_artefacts(self._pair, both=answers.get(WAYS) == BOTH_WAYS)) if self._pair else ()

    # -- the peer --------------------------------------------------------------------------------------

    async def _look(self, answers: Answers) -> Pair:
        here = await show(self._tools.session)
        async with open_session(peer_of(answers), threaded=True) as peer:
            there = await show(peer)
        if here.certificate.fingerprint == there.certificate.fingerprint:
            raise Refused("This is the platform that the console is connected to", "Name the other one")
        return Pair(here, there)

    async def _peer_problems(self, answers: Answers) -> Mapping[str, str]:
        try:
            self._pair = await self._look(answers)
        except (NotAuthenticated, NotAllowed) as error:
            return {TOKEN: visible(error.message)}
        except ConsoleError as error:
            return {URL: visible(error.message)}
        return {}


def peer_of(answers: Answers) -> Connection:
    """The connection to the peer that the answers name. Raises UsageError for a URL that is none."""
    return peer_connection(text(answers, URL), secret(answers, TOKEN), text(answers, CA).strip(), _TYPED)


def pages(answers: Answers) -> Sequence[WizardStep]:
    """The questions, which need no platform."""
    intro = "The other platform. Its certificate is read, and a token of this one is tried on it."
    which = "Trust goes one way: a platform that has the other's certificate believes the other's tokens."
    return (
        WizardStep(id="peer", title="The peer", form=Form(title=TITLE, fields=peer_fields()), intro=intro),
        WizardStep(id="trust", title="Who believes whom", form=Form(title=TITLE, fields=_trust_fields()), intro=which),
    )


def peer_fields() -> tuple[FormField, ...]:
    """Where the peer is, and as whom it is asked."""
    return (
        FormField(
            id=URL,
            label="Peer",
            help="The address of the other platform, as a browser shows it.",
            required=True,
            check=_url_problem,
        ),
        FormField(
            id=TOKEN,
            label="Its token",
            help="An administrator's token of the peer. It goes to the peer alone, for reading, and is kept nowhere.",
            kind=FieldKind.SECRET,
            required=True,
            default=Secret(""),
        ),
        FormField(
            id=CA,
            label="CA certificate",
            help="A PEM file with the authority of its https certificate, where this machine does not know it.",
            check=lambda text: None if Path(text.strip()).expanduser().is_file() else "There is no such file",
        ),
    )


def _trust_fields() -> tuple[FormField, ...]:
    return (
        FormField(
            id=WAYS,
            label="Trust",
            help="Both ways need both certificates: two files, one on each side.",
            kind=FieldKind.CHOICE,
            choices=(ONE_WAY, BOTH_WAYS),
            default=ONE_WAY,
        ),
        FormField(
            id=BACK,
            label="Token of the peer",
            help="One that may cross: made over there to live for less than 6 h, not forced to be revocable. It is "
            "tried here. Empty: try it from the other side.",
            kind=FieldKind.SECRET,
            default=Secret(""),
            when=lambda answers: answers.get(WAYS) == BOTH_WAYS,
        ),
    )


def _artefacts(pair: Pair, *, both: bool) -> Iterator[Artefact]:
    mine, theirs = pair.files
    here, there = visible(pair.here.host), visible(pair.there.host)
    yield Artefact("steps", f"Steps on {there}", _steps(mine, pair.here.host, pair.there.host), "pairing.txt")
    yield Artefact("certificate", f"Certificate of {here}", pair.here.certificate.pem, mine)
    if both:
        steps = _steps(theirs, pair.there.host, pair.here.host)
        yield Artefact("steps-back", f"Steps on {here}", steps, "pairing-back.txt")
        yield Artefact("certificate-back", f"Certificate of {there}", pair.there.certificate.pem, theirs)


def _steps(file: str, host: str, peer: str) -> str:
    steps = [f"{number}. {step}." for number, step in enumerate(peer_steps(file, host, peer), 1)]
    head = f"So that {visible(peer)} believes tokens of {visible(host)}:"
    return "\n".join([head, *steps, "", "Rules:", *(f"- {rule}." for rule in RULES), ""])


def _url_problem(text: str) -> str | None:
    try:
        platform_url(text)
    except UsageError as error:
        return error.message
    return None
