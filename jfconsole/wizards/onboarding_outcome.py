"""What is taken away from an onboarding: the card that fills the vendor's form, and a reminder to rotate the token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.answers import names, text
from jfconsole.domain.calendar import calendar_text, rotation_reminder
from jfconsole.domain.card import CardLine, card_text, place_holder, plain
from jfconsole.domain.fields import as_object
from jfconsole.domain.forms import Answers
from jfconsole.domain.plans import Product, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.times import utc_text
from jfconsole.services.token_create import TOKEN
from jfconsole.services.user_steps import PASSWORD_GIVEN
from jfconsole.wizards import onboarding_answers as given
from jfconsole.wizards import onboarding_forms as ask
from jfconsole.wizards.engine import Artefact
from jfconsole.wizards.recipe import Recipe
from jfconsole.wizards.templates import fill

_NOT_HERE: Final = "(not kept here: rotate the token to get another one)"


def token_of(products: Sequence[Product]) -> Secret | None:
    """The value that a consumer is given: the reference token where there is one."""
    for product in products:
        if product.gives == TOKEN:
            return product.secrets.get("reference_token") or product.secrets.get("access_token")
    return None


def password_of(products: Sequence[Product]) -> Secret | None:
    """The generated password, if there is one."""
    return next(
        (secret for product in products if product.gives == PASSWORD_GIVEN for secret in product.secrets.values()), None
    )


def carry_away(recipe: Recipe, answers: Answers, url: str, report: Report, now: float) -> tuple[Artefact, ...]:
    """The card with its secrets as place holders, and a reminder where the token ends. `now` is in epoch seconds."""
    name = f"{recipe.id}-{text(answers, ask.ACCOUNT)}"
    lines = card(recipe, answers, url, report)
    return (
        Artefact(
            id="card",
            title=f"What {recipe.vendor} asks for",
            text=card_text(recipe.title, lines, _notes(report)),
            filename=f"{name}.txt",
            secrets=secrets_of(report),
        ),
        *_reminder(recipe, answers, url, report, now, name),
    )


def card(recipe: Recipe, answers: Answers, url: str, report: Report) -> tuple[CardLine, ...]:
    """The lines of the card: what the vendor's form calls it, and what goes there."""
    return tuple(_lines(recipe, answers, _values(recipe, answers, url, report)))


def _notes(report: Report) -> tuple[str, ...]:
    when = expires_at(report)
    return () if when is None else (f"The token expires on {_day(when)}: rotate it before.",)


def _reminder(
    recipe: Recipe, answers: Answers, url: str, report: Report, now: float, name: str
) -> tuple[Artefact, ...]:
    when = expires_at(report)
    if when is None:
        return ()
    account = text(answers, ask.ACCOUNT)
    reminder = rotation_reminder(
        what=f"Rotate the token of {recipe.vendor} ({account})",
        description=f"On {url}, the token of {given.username(recipe, answers)} expires on {_day(when)}.",
        expires=when,
        now=now,
        identity=(url, recipe.id, account),
    )
    calendar = calendar_text([reminder])
    return (Artefact(id="reminder", title="Reminder for the calendar", text=calendar, filename=f"{name}.ics"),)


def _lines(recipe: Recipe, answers: Answers, values: Mapping[str, str]) -> Iterator[CardLine]:
    for line in recipe.card:
        if not line.repeated:
            yield CardLine(line.label, fill(line.value, values), line.help)
            continue
        for repository in map(plain, names(answers, ask.REPOSITORIES)):
            here = {
                **values,
                "repository": repository,
                "docker_api_url": f"{values['artifactory_url']}/api/docker/{repository}",
            }
            yield CardLine(f"{line.label} ({repository})", fill(line.value, here), line.help)


def _values(recipe: Recipe, answers: Answers, url: str, report: Report) -> dict[str, str]:
    products = report.products
    return {
        "platform_url": url,
        "artifactory_url": f"{url}/artifactory",
        "registry_host": urlsplit(url).netloc,
        "scim_url": f"{url}/access/api/v1/scim/v2",
        "user_name": plain(given.username(recipe, answers)),
        "connection_name": plain(text(answers, ask.CONNECTION)),
        "services": plain(text(answers, ask.SERVICES)),
        "expires": expiry_words(report),
        "token": place_holder("token") if token_of(products) else _NOT_HERE,
        "password": place_holder("password") if password_of(products) else _NOT_HERE,
    }


def expires_at(report: Report) -> int | None:
    """When the token that was made expires, in epoch seconds; None when it never does, or when none was made."""
    for product in report.products:
        lifetime = as_object(product.facts).get("expires_in")
        if product.gives == TOKEN and isinstance(lifetime, int) and lifetime:
            return int(report.results[product.ordinal].at) + lifetime
    return None


def expiry_words(report: Report) -> str:
    """The day on which it expires."""
    when = expires_at(report)
    if when is not None:
        return _day(when)
    return "never" if token_of(report.products) else "see the list of tokens"


def secrets_of(report: Report) -> dict[str, Secret]:
    """What fills the place holders of a card."""
    found = {"token": token_of(report.products), "password": password_of(report.products)}
    return {name: secret for name, secret in found.items() if secret}


def _day(when: int) -> str:
    return (utc_text(when) or "").partition("T")[0] or "a day beyond any calendar"
