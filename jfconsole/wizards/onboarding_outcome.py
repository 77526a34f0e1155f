"""What is taken away from an onboarding: the card that fills the vendor's form, and a reminder to rotate the token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from jfconsole.domain.fields import as_object
from jfconsole.domain.forms import Answers
from jfconsole.domain.plans import Product, Report
from jfconsole.domain.secret import Secret
from jfconsole.domain.text import visible
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


def carry_away(recipe: Recipe, answers: Answers, url: str, report: Report) -> tuple[Artefact, ...]:
    """The card, with its secrets as place holders."""
    lines = card(recipe, answers, url, report)
    width = max(len(label) for label, _ in lines)
    account = given.text(answers, ask.ACCOUNT)
    return (
        Artefact(
            id="card",
            title=f"What {recipe.vendor} asks for",
            text="".join(f"{label:<{width}}  {value}\n" for label, value in lines),
            filename=f"{recipe.id}-{account}.txt",
            secrets=secrets_of(report),
        ),
    )


def card(recipe: Recipe, answers: Answers, url: str, report: Report) -> tuple[tuple[str, str], ...]:
    """The lines of the card: what the vendor's form calls it, and what goes there; secrets as `{{token}}`."""
    return tuple(_lines(recipe, answers, _values(recipe, answers, url, report)))


def _lines(recipe: Recipe, answers: Answers, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for line in recipe.card:
        if not line.repeated:
            yield line.label, fill(line.value, values)
            continue
        for repository in given.chosen(answers):
            here = {
                **values,
                "repository": visible(repository),
                "docker_api_url": f"{values['artifactory_url']}/api/docker/{visible(repository)}",
            }
            yield f"{line.label} ({visible(repository)})", fill(line.value, here)


def _values(recipe: Recipe, answers: Answers, url: str, report: Report) -> dict[str, str]:
    products = report.products
    return {
        "platform_url": url,
        "artifactory_url": f"{url}/artifactory",
        "registry_host": urlsplit(url).netloc,
        "scim_url": f"{url}/access/api/v1/scim/v2",
        "user_name": visible(given.username(recipe, answers)),
        "connection_name": visible(given.text(answers, ask.CONNECTION)),
        "services": visible(given.text(answers, ask.SERVICES)),
        "expires": expiry_words(report),
        "token": "{{token}}" if token_of(products) else _NOT_HERE,
        "password": "{{password}}" if password_of(products) else _NOT_HERE,
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
        return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%d")
    return "never" if token_of(report.products) else "see the list of tokens"


def secrets_of(report: Report) -> dict[str, Secret]:
    """What fills the place holders of a card."""
    found = {"token": token_of(report.products), "password": password_of(report.products)}
    return {name: secret for name, secret in found.items() if secret}
