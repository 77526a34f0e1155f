"""A plan as a Terraform configuration: the objects as they shall be, and comments for what Terraform has no word for.

Terraform describes states and plans describe changes. Steps on one object become one resource; an object that is there
already is adopted by an `import` block; what goes away is told, for a configuration cannot delete what it never had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from jfconsole.domain.exports import terraform_resources as resources
from jfconsole.domain.exports.hcl import Block, Expression, Value, document, identifier
from jfconsole.domain.exports.terraform_resources import Named, Resource
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.permissions import ResourceType
from jfconsole.domain.plans import Plan, Step

_PROVIDERS: Final[Mapping[str, Mapping[str, Value]]] = {
    "artifactory": {"source": "jfrog/artifactory"},
    "platform": {"source": "jfrog/platform", "version": ">= 2.2.11"},
}
"""The older ones made mappings of projects as global ones: terraform-provider-platform issue 310."""

_TYPES: Final = {
    "group": resources.GROUP,
    "user": resources.USER,
    "permission": resources.PERMISSION,
    "token": resources.TOKEN,
    "integration": resources.INTEGRATION,
    "mapping": resources.MAPPING,
}
_WRITERS: Final[Mapping[str, Callable[[JsonObject, Named], Resource]]] = {
    resources.GROUP: resources.group,
    resources.MEMBERS: resources.members,
    resources.PERMISSION: resources.permission,
    resources.TOKEN: resources.token,
    resources.INTEGRATION: resources.integration,
    resources.MAPPING: resources.mapping,
}
_PARTS: Final = frozenset({"user.groups", "permission.section.put"})
"""Steps that say a part of an object, on which the rest of it does not depend."""


@dataclass(slots=True)
class _Draft:
    """One object, as all its steps together leave it. `there`: it exists before the plan."""

    type: str
    key: str
    fields: JsonObject
    there: bool
    password: bool = False
    whole: bool = False


@dataclass(slots=True)
class _Drafts:
    """All objects of a plan by type and key, and what has no place in a configuration."""

    plan: Plan
    found: dict[tuple[str, str], _Draft] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self) -> None:
        """Take in every step."""
        for step in self.plan.steps:
            self._take(step)
        for place, draft in list(self.found.items()):
            if draft.type == resources.USER and "email" not in draft.fields:
                del self.found[place]
                self._leave_out(f"Groups of the user {draft.key}: Terraform has them as a part of the whole user")
        self._label()

    def label(self, draft: _Draft) -> str:
        """The name of its block, its own among those of its type."""
        return self._labels[draft.type, draft.key]

    def named(self, kind: str, name: str) -> Value:
        """A name; as a reference where the plan has the object, so that Terraform knows the order."""
        draft = self.found.get((_TYPES[kind], name))
        return name if draft is None else Expression(f"{_type(draft)}.{self.label(draft)}.name")

    def _take(self, step: Step) -> None:
        noun, _, verb = step.kind.partition(".")
        after = as_object(step.after)
        if verb in {"create", "update", "section.put"} and noun in _TYPES:
            self._merge(_TYPES[noun], step, after)
        elif step.kind == "user.groups":
            self._merge(resources.USER, step, {"username": step.key, **after})
        elif step.kind == "group.members":
            self._merge(resources.MEMBERS, step, {"name": step.key, **after})
        elif step.after is None:
            self._leave_out(f"{step.title}: {_GOING.get(step.kind, _GONE)}")
        else:
            self._leave_out(f"{step.title}: Terraform has nothing for it")
        if step.kind == "group.create" and after.get("members"):
            self._merge(resources.MEMBERS, step, {"name": step.key, "members": after["members"]})

    def _merge(self, type_: str, step: Step, after: JsonObject) -> None:
        place = (type_, step.key)
        draft = self.found.setdefault(place, _Draft(type_, step.key, {}, there=step.before is not None))
        sections = {**as_object(draft.fields.get("resources")), **as_object(after.get("resources"))}
        draft.fields = {**draft.fields, **after, **({"resources": sections} if sections else {})}
        draft.password = draft.password or any("password" in request.secrets for request in step.requests)
        draft.whole = draft.whole or step.kind not in _PARTS

    def _leave_out(self, sentence: str) -> None:
        self.left_out.append(sentence)

    def _label(self) -> None:
        often: Counter[tuple[str, str]] = Counter()
        for place, draft in self.found.items():
            wanted = identifier(_shown(draft))
            often[draft.type, wanted] += 1
            number = often[draft.type, wanted]
            self._labels[place] = wanted if number == 1 else f"{wanted}__{number}"


_GONE: Final = "take its resource out of the configuration; what Terraform does not manage it does not delete"
_GOING: Final = {
    "token.revoke": "Terraform revokes only tokens that it made, when their resource is taken out",
    "token.revoke-own": "Terraform revokes only tokens that it made, when their resource is taken out",
    "permission.section.delete": "take the section out of the permission's resource",
}


def export(plan: Plan) -> str:
    """A file for Terraform 1.5 or newer. Secrets are variables; nothing else has to be filled in."""
    drafts = _Drafts(plan)
    drafts.read()
    blocks = [block for draft in drafts.found.values() for block in _blocks(draft, drafts)]
    head = [
        plan.title,
        f"Plan {plan.id} of jfconsole, for {plan.origin}",
        "JFROG_URL and JFROG_ACCESS_TOKEN say on which platform, and as whom: no secret is in here",
        *(["", "Not in here:"] if drafts.left_out else []),
        *(f"- {sentence}" for sentence in drafts.left_out),
    ]
    return document(head, [*_terraform(drafts), *blocks])


def _terraform(drafts: _Drafts) -> Iterator[Block]:
    used = {draft.type.partition("_")[0] for draft in drafts.found.values()}
    if used:
        wanted = {name: source for name, source in _PROVIDERS.items() if name in used}
        yield Block("terraform", (), {"required_version": ">= 1.5"}, (Block("required_providers", (), wanted),))


def _blocks(draft: _Draft, drafts: _Drafts) -> Iterator[Block]:
    """Variable and import where they are needed, and the resource."""
    label = drafts.label(draft)
    password = f"password_{label}" if draft.password else None
    if password:
        yield Block("variable", (password,), {"type": Expression("string"), "sensitive": True})
    if draft.there and draft.type != resources.MEMBERS:
        target = Expression(f"{_type(draft)}.{label}")
        yield Block("import", (), {"to": target, "id": _import_id(draft)})
    made = _resource(draft, drafts, password)
    attributes = {**made.attributes, **({"depends_on": list(made.after)} if made.after else {})}
    kept = _ignored(draft)
    lifecycle = (Block("lifecycle", (), {"ignore_changes": [Expression(name) for name in kept]}),) if kept else ()
    why = (f"The plan says nothing about {', '.join(kept)}: Terraform leaves it as it is",) if kept else ()
    yield Block("resource", (_type(draft), label), attributes, lifecycle, (*made.notes, *why))


def _resource(draft: _Draft, drafts: _Drafts, password: str | None) -> Resource:
    if draft.type == resources.USER:
        variable = Expression(f"var.{password}") if password else None
        return resources.user(draft.fields, drafts.named, variable)
    fields = draft.fields
    if draft.type == resources.TOKEN:
        fields = {**fields, "description": _purpose(str(fields.get("description", "")), draft.key)}
    return _WRITERS[draft.type](fields, drafts.named)


def _ignored(draft: _Draft) -> list[str]:
    """Attributes of an object that is there, of which the plan knows nothing: Terraform would empty them."""
    if draft.type == resources.USER and draft.there and "groups" not in draft.fields:
        return ["groups"]
    if draft.type == resources.PERMISSION and not draft.whole:
        said = as_object(draft.fields.get("resources"))
        return [kind.value for kind in ResourceType if kind.value not in said]
    return []


def _import_id(draft: _Draft) -> str:
    project = draft.fields.get("project_key")
    suffix = f":{project}" if project else ""
    if draft.type == resources.MAPPING:
        return f"{draft.fields.get('name', '')}:{draft.fields.get('provider_name', '')}{suffix}"
    return f"{draft.key}{suffix if draft.type == resources.INTEGRATION else ''}"


def _type(draft: _Draft) -> str:
    return resources.USER_WITH_PASSWORD if draft.password else draft.type


def _shown(draft: _Draft) -> str:
    """What its block is named after: a token has no name, so it takes that of its user."""
    if draft.type == resources.TOKEN:
        return str(draft.fields.get("username") or "token")
    return unquote(draft.key).replace("/", "_") if draft.type == resources.MAPPING else draft.key


def _purpose(description: str, operation: str) -> str:
    """The description without the id of our operation: Terraform makes tokens by itself."""
    return description.removesuffix(f"({operation})").removesuffix(operation).strip()
