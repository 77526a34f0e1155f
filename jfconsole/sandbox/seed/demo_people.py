"""Acme's people, machines and groups."""

from jfconsole.sandbox.records import GroupRecord, UserRecord
from jfconsole.sandbox.seed.objects import DAY, Moment, administrator, anonymous

_DOMAIN = "acme.test"

# name, groups, realm, days since the last login (None: never)
_EMPLOYEES: tuple[tuple[str, str, str, float | None], ...] = (
    ("aisha.khan", "developers release-managers", "saml", 0.1),
    ("anna.kowalska", "developers", "saml", 0.4),
    ("ben.carter", "developers mobile-team", "saml", 1.2),
    ("chloe.martin", "data-science", "saml", 0.2),
    ("daniel.weber", "developers", "saml", 2.0),
    ("elena.rossi", "security-team auditors", "saml", 0.3),
    ("fatima.haddad", "developers", "saml", 5.0),
    ("george.miller", "platform-admins", "internal", 0.05),
    ("hiro.tanaka", "data-science", "saml", 9.0),
    ("ines.silva", "mobile-team", "saml", 0.6),
    ("jonas.berg", "developers release-managers", "saml", 0.2),
    ("kofi.mensah", "developers", "saml", 33.0),
    ("lucia.fernandez", "platform-admins", "internal", 1.0),
    ("mei.chen", "data-science developers", "saml", 0.7),
    ("noah.schmidt", "mobile-team", "saml", 4.0),
    ("olga.petrova", "security-team", "saml", 1.5),
    ("pierre.dubois", "auditors", "saml", 61.0),
    ("priya.sharma", "developers", "saml", 0.1),
    ("sofia.lindqvist", "release-managers", "saml", 12.0),
    ("yusuf.demir", "developers", "saml", 0.9),
    # Names from a directory that knows no ASCII.
    ("søren.ødegård", "developers", "ldap", 3.0),
    ("zoë.brontë@partner.test", "contractors", "saml", 20.0),
)

_MACHINES: tuple[tuple[str, str, float | None], ...] = (
    ("ci-shop", "ci-runners", 0.01),
    ("ci-mobile", "ci-runners mobile-team", 0.02),
    ("ci-data", "ci-runners data-science", 0.1),
    ("k8s-prod", "readers", 0.001),
    ("k8s-staging", "readers", 0.001),
    ("ox-scanner", "scanner-ro", 0.08),
    ("renovate", "readers", 0.2),
    ("backup", "auditors", 1.0),
    ("mirror", "readers", 7.0),
    # As long as names get when nobody says stop.
    ("svc-continuous-integration-and-delivery-of-the-warehouse-management-system-emea", "ci-runners", 90.0),
)

# People whose account tells part of the story.
_SPECIAL: tuple[UserRecord, ...] = (
    UserRecord("diego.alvarez", realm="saml", status="disabled", groups=["developers", "deployers"]),
    UserRecord("wanda.novak", realm="saml", status="disabled", groups=["contractors"]),
    UserRecord("liam.oconnor", status="locked", groups=["developers"]),
    UserRecord("new.hire", realm="saml", status="invited", groups=["developers"]),
    UserRecord("marta.keller", admin=True, groups=[], platform_auditor=True),
    UserRecord("old-jenkins-agent", status="enabled", groups=["ci-runners"], disable_ui_access=True),
)

_GROUPS: tuple[GroupRecord, ...] = (
    GroupRecord("readers", "A group for read-only users", auto_join=True),
    GroupRecord("developers", "Everyone who writes code", realm="saml", external_id="7f1c0d52-developers"),
    GroupRecord("deployers", "May publish to development repositories"),
    GroupRecord("release-managers", "May publish to production repositories", realm="saml"),
    GroupRecord("platform-admins", "Administrators of this platform", admin_privileges=True),
    GroupRecord(
        "security-team",
        "Security: scans, watches, policies",
        watch_manager=True,
        policy_manager=True,
        policy_viewer=True,
    ),
    GroupRecord("auditors", "Read everything, change nothing", reports_manager=True),
    GroupRecord("data-science", "Models & notebooks — Zürich, 東京, São Paulo", realm="saml"),
    GroupRecord("mobile-team", "iOS and Android"),
    GroupRecord("contractors", "External people; reviewed every quarter"),
    GroupRecord("ci-runners", "All pipelines of all teams share this group"),
    GroupRecord("scanner-ro", "Read-only access for the code scanner"),
)


def users(moment: Moment) -> list[UserRecord]:
    """About forty users: people, machines, and those with a story."""
    people = [_user(moment, name, groups, realm, ago) for name, groups, realm, ago in _EMPLOYEES]
    machines = [_user(moment, name, groups, "internal", ago, machine=True) for name, groups, ago in _MACHINES]
    return [administrator(moment), anonymous(), *people, *machines, *(_special(moment, user) for user in _SPECIAL)]


def groups() -> list[GroupRecord]:
    """A dozen groups."""
    return list(_GROUPS)


def _user(
    moment: Moment, name: str, groups: str, realm: str, days_ago: float | None, *, machine: bool = False
) -> UserRecord:
    joined = dict.fromkeys(["readers", *groups.split()])
    return UserRecord(
        name,
        email=name if "@" in name else f"{name}@{_DOMAIN}",
        realm=realm,
        groups=list(joined),
        disable_ui_access=machine,
        internal_password_disabled=realm != "internal",
        last_logged_in=None if days_ago is None else moment.now - days_ago * DAY,
    )


def _special(moment: Moment, user: UserRecord) -> UserRecord:
    """Dated copies: records are changed in place by those who own them."""
    seen = None if user.status == "invited" else moment.now - 45 * DAY
    return UserRecord(
        user.username,
        email=f"{user.username}@{_DOMAIN}",
        admin=user.admin,
        disable_ui_access=user.disable_ui_access,
        internal_password_disabled=user.realm != "internal",
        realm=user.realm,
        status=user.status,
        groups=["readers", *user.groups],
        last_logged_in=seen,
        platform_auditor=user.platform_auditor,
    )
