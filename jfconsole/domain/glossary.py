"""Terms of the platform: what they mean, what else they are called, what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jfconsole.domain.fields import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term. `see` are names of others; `source` says where the facts in it can be read, in public."""

    name: str
    text: str
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it is called, in lower case."""
        return tuple(name.lower() for name in (self.name, *self.also))

    @property
    def haystack(self) -> str:
        """What one may find it by."""
        return "\n".join((*self.names, self.text.lower()))

    def record(self) -> JsonObject:
        """As `glossary --json` prints it; keys are stable."""
        return {
            "name": self.name,
            "text": self.text,
            "also": [*self.also],
            "see": [*self.see],
            "source": self.source or None,
        }


def find_terms(terms: Sequence[Term], wanted: str) -> list[Term]:
    """The term of that name; where there is none, those in which all of its words occur."""
    words = wanted.lower().split()
    exact = [term for term in terms if " ".join(words) in term.names]
    return exact or [term for term in terms if all(word in term.haystack for word in words)]


def terms_named_in(terms: Sequence[Term], text: str) -> list[Term]:
    """The terms that a short text, such as the label of a field, is about."""
    wanted = text.lower().strip()
    return [term for term in terms if wanted in term.names or wanted.removesuffix("s") in term.names]
