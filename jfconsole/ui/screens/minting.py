"""Minting from the console: what is asked, what a token would say, and the panel that shows it once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual.widget import Widget

from jfconsole.domain.answers import text
from jfconsole.domain.durations import format_duration, parse_duration
from jfconsole.domain.errors import ConsoleError, Refused, UsageError
from jfconsole.domain.fields import JsonObject
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField
from jfconsole.domain.issuer_state import IssuerState
from jfconsole.domain.minting import Denied, MintContext, MintRequest, decide
from jfconsole.domain.plans import Outcome, Product, Report, StepResult
from jfconsole.domain.requests import Json
from jfconsole.domain.role_text import claims_in, names_in, names_text
from jfconsole.domain.times import local_text
from jfconsole.services.issuer import IssuerService
from jfconsole.ui.screens.exchange import ExchangePanel
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.issuer_list import IssuerList
from jfconsole.ui.screens.live_list import Row
from jfconsole.ui.text import show
from jfconsole.ui.widgets.fact_sheet import FactSheet, Sheet, SheetLine

_TIMES: Final = frozenset({"iat", "nbf", "exp"})


class Minting(IssuerList[Row]):
    """A list from which tokens are minted."""

    def minting_role(self, row: Row) -> str:
        """The role that the form begins with, `issuer/role`; empty for the first of all."""
        return ""

    def do_mint(self) -> None:
        """Ask, mint, show the token once."""
        row = self.table.cursor_row
        wanted = "" if row is None else self.minting_role(row)
        self.in_background("mint", lambda: self._mint(wanted))

    async def _mint(self, wanted: str) -> None:
        state = self.state
        if not state.roles:
            raise Refused("There is no role yet: a token is minted under one", "Make one first, under roles")
        form = mint_form(state, self.service, wanted or _first_of(state, self.table.cursor_key or ""))
        answers: Answers | None = None
        refusal = ""
        while True:
            answers = await self.app.push_screen_wait(FormScreen(form, answers=answers, refusal=refusal))
            if answers is None:
                return
            if not await self.opened():
                refusal = "The vault stays locked: nothing was minted"
                continue
            try:
                made = await asyncio.to_thread(self.service.local.mint, mint_request(answers))
            except ConsoleError as error:
                refusal = f"{error.message}. {error.hint}"
                continue
            product = Product(
                ordinal=0,
                gives="jwt",
                key=made.role.replace("/", "-"),
                made=str(made.claims["jti"]),
                facts={"kid": made.kid, "role": made.role, "claims": dict(made.claims)},
                secrets={"jwt": made.jwt},
            )
            self.app.push_screen(MintPanel(_report(product)))
            return


class MintPanel(ExchangePanel):
    """Shows a minted token once. No plan stands behind it: the mint log has the attempt, and the token lapses."""

    TITLE: ClassVar[str] = "A JWT, shown once: take it now"

    def heading(self) -> Iterable[Widget]:
        """Whose it is, for whom, until when."""
        for product in self.report.products:
            facts = product.facts if isinstance(product.facts, dict) else {}
            claims = facts.get("claims")
            told = claim_lines(claims if isinstance(claims, dict) else {})
            lines = (SheetLine("role", str(facts.get("role"))), *told, SheetLine("kid", str(facts.get("kid"))))
            yield FactSheet(Sheet(show(self.report.title, "bold"), lines))


def mint_form(state: IssuerState, service: IssuerService, role: str) -> Form:
    """What a caller may ask for; what it would come to is told all the while, and so is what stands in the way."""
    chosen = role if role in state.roles else next(iter(state.roles))
    return Form(
        title="Mint a token",
        fields=(
            FormField(
                id="role",
                label="Role",
                help="The issuer and its role: they say what is allowed.",
                kind=FieldKind.CHOICE,
                choices=tuple(state.roles),
                default=chosen,
            ),
            FormField(
                id="audience",
                label="Audience",
                help="Whom it is for, such as registry.acme.example. Empty: the role's default.",
                default=_likely_audience(state, chosen),
            ),
            FormField(
                id="subject",
                label="Subject",
                help="Whom it is about, where the role leaves that open.",
                when=lambda answers: not state.roles[text(answers, "role")].subject_template,
            ),
            FormField(id="ttl", label="Lifetime", help="Such as 5m. Empty: the role's default.", check=_ttl_problem),
            FormField(
                id="claims",
                label="Claims",
                help="Further ones that the role allows: name=value; name=value.",
                when=lambda answers: bool(state.roles[text(answers, "role")].allowed_claims),
                check=_claims_problem,
            ),
        ),
        preview=lambda answers: mint_words(state, service, answers),
        onward="Mint",
    )


def mint_request(answers: Answers) -> MintRequest:
    """What the answers ask for. Raises UsageError."""
    issuer, _, role = text(answers, "role").partition("/")
    try:
        ttl = parse_duration(text(answers, "ttl")) if text(answers, "ttl") else None
        claims = claims_in(text(answers, "claims"))
    except ValueError as problem:
        raise UsageError(str(problem)) from problem
    audiences = tuple(names_in(text(answers, "audience")))
    return MintRequest(
        issuer=issuer, role=role, audiences=audiences, subject=text(answers, "subject"), ttl=ttl, claims=claims
    )


def mint_words(state: IssuerState, service: IssuerService, answers: Answers) -> Sequence[str]:
    """What the token would say, or which rule stands in the way and what it would allow. Nothing is signed."""
    try:
        request = mint_request(answers)
    except UsageError as error:
        return (error.message,)
    now = service.local.now()
    variables = {"SYS_TENANT": state.tenant, "SYS_USERNAME": service.local.actor}
    context = MintContext(issuer_url=state.url(request.issuer), variables=variables, now=now)
    try:
        claims = decide(
            request, state.issuers[request.issuer].issuer, state.roles[f"{request.issuer}/{request.role}"], context
        )
    except Denied as denied:
        refusal = denied.refusal
        allowed = (f"Allowed: {refusal.allowed}",) if refusal.allowed else ()
        return (f"Refused by {refusal.rule}: {refusal.sentence}", *allowed)
    return tuple(f"{line.label}  {line.text}" for line in claim_lines(claims))


def claim_lines(claims: JsonObject) -> tuple[SheetLine, ...]:
    """Claims as facts; times are told as times, and for how long it is good."""
    lines = [SheetLine(name, _claim_text(name, value)) for name, value in claims.items() if name not in {"nbf", "iat"}]
    issued, expires = claims.get("iat"), claims.get("exp")
    if isinstance(issued, int) and isinstance(expires, int):
        lines.append(SheetLine("good for", format_duration(expires - issued)))
    return tuple(lines)


def _claim_text(name: str, value: Json) -> str:
    if name in _TIMES and isinstance(value, int):
        return local_text(value) or str(value)
    if isinstance(value, list):
        return names_text(str(item) for item in value)
    return value if isinstance(value, str) else str(value)


def _likely_audience(state: IssuerState, role: str) -> str:
    """What is allowed by itself, where that is one text and no pattern, and the role has no default."""
    found = state.roles[role]
    literal = [text for text in found.allowed_audiences if "*" not in text]
    return literal[0] if len(literal) == 1 and not found.default_audiences else ""


def _first_of(state: IssuerState, issuer: str) -> str:
    return next((key for key, role in state.roles.items() if role.issuer == issuer), "")


def _ttl_problem(typed: str) -> str | None:
    try:
        parse_duration(typed)
    except ValueError as problem:
        return str(problem)
    return None


def _claims_problem(typed: str) -> str | None:
    try:
        claims_in(typed)
    except ValueError as problem:
        return str(problem)
    return None


def _report(product: Product) -> Report:
    """The same as what comes of a plan, whose panel it shares; no plan stands behind it."""
    title = f"Token of {product.key}"
    result = StepResult(ordinal=0, kind="mint", key=product.key, title=title, outcome=Outcome.DONE)
    return Report(plan_id="", title=title, origin="", results=(result,), products=(product,))
