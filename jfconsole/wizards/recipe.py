"""What one vendor wants of a platform: a recipe, read from a file of data.

Every part holds what the console proposes, which is the least that is known to work. Where the vendor asks for
something else, a `Wish` says what and why, and the person who runs the wizard decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from jfconsole.domain import audience
from jfconsole.domain.durations import DAY
from jfconsole.domain.permissions import ANY_LOCAL, ANY_REMOTE
from jfconsole.domain.repositories import RepositoryKind
from jfconsole.wizards.templates import REPOSITORY_PLACES, places

PROPOSED_EXPIRY: Final = 90 * DAY
"""Seconds that a token lives when neither recipe nor person says otherwise."""

SERVICES: Final[Mapping[str, str]] = {
    product.lower().replace(" ", "-"): service for service, product in audience.SERVICES.items()
}
"""Services as recipes name them, with the type that stands in an audience."""

ALL_SERVICES: Final = "all"
"""In the place of a service in a wish: every service."""

SCOPED_KINDS: Final = (
    RepositoryKind.LOCAL,
    RepositoryKind.REMOTE,
    RepositoryKind.VIRTUAL,
    RepositoryKind.FEDERATED,
)
"""Kinds of repositories that a consumer may be given."""


class RecipeKind(StrEnum):
    """What a recipe is for."""

    CONSUMER = "consumer"
    """Something that reads from the platform with a token: a scanner, an inventory, an identity provider."""
    CI = "ci"
    """Workloads that come with a token of their own platform, and get one of ours for it."""


class UrlForm(StrEnum):
    """How the vendor wants the platform's address."""

    PLATFORM = "platform"
    ARTIFACTORY = "artifactory"
    REGISTRY = "registry"
    DOCKER_API = "docker-api"
    SCIM = "scim"

    @property
    def place(self) -> str:
        """The place holder of the card that stands for it."""
        return _URL_PLACES[self]


_URL_PLACES: Final = {
    UrlForm.PLATFORM: "platform_url",
    UrlForm.ARTIFACTORY: "artifactory_url",
    UrlForm.REGISTRY: "registry_host",
    UrlForm.DOCKER_API: "docker_api_url",
    UrlForm.SCIM: "scim_url",
}


class Probe(StrEnum):
    """What is tried with the new token at the end, as the consumer would; the last two must be refused."""

    PING = "ping"
    """The platform answers, and takes the token."""
    LIST = "list"
    """Chosen repositories are listed."""
    READ = "read"
    """The content of a chosen repository can be read."""
    PULL = "pull"
    """A container registry client gets in and sees the tags of an image."""
    SEARCH = "search"
    """Artifacts are found with AQL, Artifactory's query language."""
    IDENTITIES = "identities"
    """Users are listed."""
    NO_OTHER_REPOSITORY = "no-other-repository"
    """A repository that was not chosen cannot be read."""
    NO_WRITE = "no-write"
    """Nothing can be written to a chosen repository."""


class Password(StrEnum):
    """The password of the user."""

    NONE = "none"
    """There is none; the user works with the token alone."""
    GENERATED = "generated"


class Flavour(StrEnum):
    """Whose rights the token carries."""

    USER = "user"
    GROUPS = "groups"
    SCOPES = "scopes"
    """Those in `TokenPart.scopes`, and no others."""
    ADMIN = "admin"


class Topic(StrEnum):
    """What a vendor may want otherwise than proposed: table and key, or a right that no recipe proposes."""

    GROUP_NAME = "group.name"
    ACTIONS = "permission.actions"
    REPOSITORIES = "repositories.any"
    PROFILE_UPDATABLE = "user.profile_updatable"
    PASSWORD = "user.password"  # noqa: S105  # the name of a key, no secret
    USER_ADMIN = "user.admin"
    USER_ROLES = "user.roles"
    FLAVOUR = "token.flavour"
    SERVICES = "token.services"
    EXPIRES_IN = "token.expires_in"
    REFERENCE = "token.reference"


WishValue: TypeAlias = str | bool | int | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Something that the vendor asks for, and that is not what the console proposes.

    `value` has the type of what it is about: seconds for `token.expires_in` (`NEVER` for never), wire names of actions
    and roles, names of services or `all`, else text or a flag. `why` is the vendor's reason in a sentence, or what its
    page says; `instead` what the proposal does, and what may not work with it.
    """

    about: Topic
    value: WishValue
    why: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """A group of its own. `name` and `description` are templates over NAME_PLACES and TEXT_PLACES."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionPart:
    """What the group may do in the chosen repositories: wire names of actions, in their usual order."""

    name: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoriesPart:
    """Which repositories are offered: kinds and package types; no package types means every one.

    No permission can name a virtual repository: choosing one gives those behind it.
    """

    kinds: tuple[RepositoryKind, ...]
    package_types: tuple[str, ...]

    @property
    def catch_alls(self) -> tuple[str, ...]:
        """The targets of a permission that cover every repository of these kinds, new ones too."""
        local = {RepositoryKind.LOCAL, RepositoryKind.FEDERATED, RepositoryKind.VIRTUAL} & {*self.kinds}
        remote = {RepositoryKind.REMOTE, RepositoryKind.VIRTUAL} & {*self.kinds}
        return ((ANY_LOCAL,) if local else ()) + ((ANY_REMOTE,) if remote else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPart:
    """A user for the vendor alone; the token acts as this user, whatever its flavour.

    `only_this_group`: groups that new users join by themselves are taken away again. It is never an administrator, and
    has no global roles: a recipe can only wish for those.
    """

    name: str
    profile_updatable: bool
    password: Password
    only_this_group: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPart:
    """The token. `flavours` may be chosen from, the first is proposed; `scopes` are those of Flavour.SCOPES.

    `services` are keys of SERVICES; `expires_in` is in seconds and finite. `name` is the template of the user name for
    a token without a [user]: such a user need not exist; `description` a template over TEXT_PLACES.
    """

    flavours: tuple[Flavour, ...]
    scopes: tuple[str, ...]
    services: tuple[str, ...]
    expires_in: int
    reference: bool
    refreshable: bool
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardField:
    """A line of the hand-off card, in the words of the vendor's form. `value` is a template over CARD_PLACES."""

    label: str
    value: str
    help: str

    @property
    def repeated(self) -> bool:
        """Whether there is such a line for every chosen repository."""
        return not REPOSITORY_PLACES.keys().isdisjoint(places(self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything about one vendor. Parts that are None are not made.

    `source` is the title of the vendor's page, and where it is found. `account` and `connection_name` are proposals:
    the short name that goes into other names, and how the connection is called at the vendor (a template over
    NAME_PLACES). `warnings` are sentences that a person reads before anything is asked.
    """

    id: str
    title: str
    vendor: str
    kind: RecipeKind
    summary: str
    source: str
    url_form: UrlForm
    account: str
    connection_name: str
    warnings: tuple[str, ...]
    probes: tuple[Probe, ...]
    group: GroupPart | None
    permission: PermissionPart | None
    repositories: RepositoriesPart | None
    user: UserPart | None
    token: TokenPart
    wishes: tuple[Wish, ...]
    card: tuple[CardField, ...]

    def wish(self, about: Topic) -> Wish | None:
        """What the vendor wants otherwise there, if anything."""
        return next((wish for wish in self.wishes if wish.about is about), None)


def audience_of(services: tuple[str, ...]) -> str:
    """The audience of services by name; `all` among them means every service. Raises KeyError for an unknown one."""
    if ALL_SERVICES in services:
        return audience.EVERY_SERVICE
    return " ".join(f"{SERVICES[service]}@*" for service in services)
