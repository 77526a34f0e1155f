"""What an exchange may name besides the integration, asked the same way by the simulator and the doctor."""

from __future__ import annotations

from dataclasses import dataclass

from jfconsole.domain.answers import flag, text
from jfconsole.domain.forms import Answers, FieldKind, Form, FormField


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The project and the mapping that an exchange names; empty for none."""

    project: str = ""
    mapping: str = ""

    @property
    def words(self) -> str:
        """For people, to be cleaned when it is shown; empty when nothing is named."""
        parts = (("project", self.project), ("mapping", self.mapping))
        return " · ".join(f"{what} {name}" for what, name in parts if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the doctor looks. `reaches`: the platform may reach an issuer that is not reached from here."""

    reaches: bool = False
    sends: bool = True


def named_fields(now: Named) -> tuple[FormField, ...]:
    """The questions about what is named."""
    return (
        FormField(
            id="project",
            label="Project",
            help="The project_key that the client sends: its mappings come before the global ones. Empty for none.",
            default=now.project,
        ),
        FormField(
            id="mapping",
            label="Mapping",
            help="The identity_mapping_name that the client sends: no other is looked at. Empty for none.",
            default=now.mapping,
        ),
    )


def named_form(now: Named) -> Form:
    """For the simulator."""
    return Form(title="What the exchange names", fields=named_fields(now), onward="Simulate")


def case_form(now: Named, manner: Manner) -> Form:
    """For the doctor."""
    fields = (
        FormField(
            id="reaches",
            label="Go on",
            help="Where the issuer cannot be reached from here: the platform may reach it, from its own network.",
            kind=FieldKind.FLAG,
            default=manner.reaches,
        ),
        FormField(
            id="sends",
            label="Exchange",
            help="Send the token to the platform, and use what comes of it once. Without it, nothing is sent.",
            kind=FieldKind.FLAG,
            default=manner.sends,
        ),
    )
    return Form(title="How to look", fields=(*named_fields(now), *fields), onward="Look")


def named_of(answers: Answers) -> Named:
    """What the answers name."""
    return Named(project=text(answers, "project").strip(), mapping=text(answers, "mapping").strip())


def manner_of(answers: Answers) -> Manner:
    """How the answers want it looked at."""
    return Manner(reaches=flag(answers, "reaches"), sends=flag(answers, "sends"))
