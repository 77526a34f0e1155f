"""Very much of everything, to see what carries: made by rule, so that it is the same every time."""

import random
import uuid
from collections.abc import Iterator

from jfconsole.sandbox import scopes
from jfconsole.sandbox.records import (
    ArtifactRecord,
    GroupRecord,
    IntegrationRecord,
    MappingRecord,
    PermissionRecord,
    RefreshGrant,
    RepositoryRecord,
    TokenItem,
    TokenRecord,
    TokenSpec,
    UserRecord,
)
from jfconsole.sandbox.seed import empty
from jfconsole.sandbox.seed.objects import DAY, Moment, Objects, artifact, permission, words

USERS = 20_000
GROUPS = 2_000
PERMISSIONS = 1_500
TOKENS = 100_000
REPOSITORIES = 400
INTEGRATIONS = 36
MAPPINGS_EACH = 4

_FIRST = words("ada ben cleo dara emil fara gus hana igor jana kai lena milo nora omar pia quinn rosa sami tess")
_LAST = words("adler bauer costa diaz evans faure gupta hansen ito jansen klein lopez moreau novak okafor petit")
_TEAMS = words("billing catalog search shipping payments identity mobile web data platform")
_PURPOSES = ("ci", "laptop", "scanner", "deploy", "mirror", "backup", "notebook", "pull secret")
_LIVES = (0, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY)
_PACKAGES = ("docker", "maven", "npm", "pypi", "generic", "helm")


def objects(moment: Moment) -> Objects:
    """20,000 users, 2,000 groups, 1,500 permissions, 100,000 tokens, built-in ones included."""
    base = empty.objects(moment)
    repositories = [*base.repositories, *_repositories()]
    tokens = list(_tokens(moment))
    return Objects(
        tokens=tokens,
        refreshes=[RefreshGrant(token) for token in tokens if token.item.refreshable],
        users=[*base.users, *_users(moment, USERS - len(base.users))],
        groups=[*base.groups, *_groups(GROUPS - len(base.groups))],
        permissions=[*base.permissions, *_permissions(PERMISSIONS - len(base.permissions), repositories)],
        repositories=repositories,
        artifacts=[_artifact(moment, repository) for repository in repositories[len(base.repositories) :]],
        integrations=list(_integrations()),
        mappings=list(_mappings()),
    )


def user_name(number: int) -> str:
    """The name of the user of that number; a shared first and last name is told apart by the number."""
    return f"{_FIRST[number % len(_FIRST)]}.{_LAST[number // len(_FIRST) % len(_LAST)]}.{number:05d}"


def group_name(number: int) -> str:
    """The name of the group of that number."""
    return f"{_TEAMS[number % len(_TEAMS)]}-{number:04d}"


def _users(moment: Moment, count: int) -> Iterator[UserRecord]:
    for number in range(count):
        name = user_name(number)
        yield UserRecord(
            name,
            email=f"{name}@acme.test",
            admin=number % 5_000 == 17,
            status="disabled" if number % 50 == 7 else "locked" if number % 400 == 11 else "enabled",
            realm="saml" if number % 4 else "internal",
            groups=["readers", group_name(number % (GROUPS - 1)), group_name(number * 7 % (GROUPS - 1))],
            last_logged_in=None if number % 9 == 0 else moment.now - number % 400 * DAY,
        )


def _groups(count: int) -> Iterator[GroupRecord]:
    for number in range(count):
        yield GroupRecord(group_name(number), description=f"Team {number} of {_TEAMS[number % len(_TEAMS)]}")


def _repositories() -> Iterator[RepositoryRecord]:
    for number in range(REPOSITORIES):
        package, team = _PACKAGES[number % len(_PACKAGES)], _TEAMS[number // len(_PACKAGES) % len(_TEAMS)]
        yield RepositoryRecord(f"{team}-{package}-{number:03d}-local", "local", package)


def _artifact(moment: Moment, repository: RepositoryRecord) -> ArtifactRecord:
    """Something to read in every repository."""
    return artifact(
        moment, repository.repo_key, "readme/README.txt", f"{repository.repo_key}\n", by="admin", days_ago=90
    )


def _permissions(count: int, repositories: list[RepositoryRecord]) -> Iterator[PermissionRecord]:
    for number in range(count):
        targets = [repositories[(number * step) % len(repositories)].key for step in (1, 3, 7)]
        actions = ["READ", "ANNOTATE", "WRITE"][: 1 + number % 3]
        yield permission(f"grant-{number:04d}", targets, groups={group_name(number): actions})


def _integrations() -> Iterator[IntegrationRecord]:
    """Every team's CI, on GitHub or on a GitLab of its own."""
    for number in range(INTEGRATIONS):
        team = _TEAMS[number % len(_TEAMS)]
        if number % 2:
            url = f"https://gitlab-{number:02d}.acme.test"
            yield IntegrationRecord(f"gitlab-{team}-{number:02d}", url, "Generic OpenID Connect", token_issuer=url)
        else:
            url = "https://token.actions.githubusercontent.com"
            yield IntegrationRecord(f"github-{team}-{number:02d}", url, "GitHub", organization=f"acme-{team}")


def _mappings() -> Iterator[MappingRecord]:
    for number, integration in enumerate(_integrations()):
        team = _TEAMS[number % len(_TEAMS)]
        claim = "project_path" if number % 2 else "repository"
        for priority in range(1, MAPPINGS_EACH + 1):
            spec = TokenSpec(
                scope=f'applied-permissions/groups:"{group_name(number * MAPPINGS_EACH + priority)}"',
                audience="jfrt@*",
                expires_in=900,
            )
            claims = {claim: f"acme-{team}/service-{priority}", "ref": "refs/heads/*"}
            yield MappingRecord(f"service-{priority}", integration.name, claims, spec, priority=priority)


def _tokens(moment: Moment) -> Iterator[TokenRecord]:
    """Ninety-nine of a hundred speak for a user there is; about one in six never expires."""
    source = random.Random("large")
    issuer = moment.identity.access_id
    for number in range(TOKENS - 1):
        user = f"left.{number:05d}" if number % 100 == 99 else user_name(number * 31 % (USERS - 2))
        issued = moment.now - (TOKENS - number) * 300
        life = _LIVES[source.randrange(len(_LIVES))]
        scope = _scope(number)
        item = TokenItem(
            token_id=str(uuid.UUID(int=source.getrandbits(128), version=4)),
            subject=f"{issuer}/users/{user}",
            issued_at=issued,
            issuer=issuer,
            refreshable=number % 20 == 3,
            expiry=issued + life if life else None,
            description=None if number % 11 == 5 else f"{_PURPOSES[number % len(_PURPOSES)]} {number}",
            scope=scope,
        )
        yield TokenRecord(item, scope, "*@*", life, revocable=True, reference=number % 10 == 4)


def _scope(number: int) -> str:
    if number % 500 == 42:
        return scopes.ADMIN
    if number % 3 == 0:
        return f"applied-permissions/groups:{group_name(number % (GROUPS - 1))}"
    return scopes.USER
