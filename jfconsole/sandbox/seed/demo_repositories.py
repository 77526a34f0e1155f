"""Acme's repositories, the permissions on them, and its projects."""

from jfconsole.sandbox.records import Grants, Patterns, PermissionRecord, ProjectRecord, RepositoryRecord, Resource
from jfconsole.sandbox.seed import empty
from jfconsole.sandbox.seed.objects import Moment, permission

_READ = ["READ"]
_PUBLISH = ["READ", "ANNOTATE", "WRITE"]
_ALL = ["READ", "ANNOTATE", "WRITE", "DELETE", "MANAGE"]

_LOCAL: tuple[tuple[str, str, str], ...] = (
    ("docker-dev-local", "docker", "Images of every branch; cleaned weekly"),
    ("docker-prod-local", "docker", "Images that may run in production"),
    ("libs-release-local", "maven", "Released Java libraries"),
    ("libs-snapshot-local", "maven", "Java libraries in the making"),
    ("npm-local", "npm", "Our JavaScript packages"),
    ("pypi-local", "pypi", "Our Python packages"),
    ("helm-local", "helm", "Charts"),
    ("models-local", "huggingfaceml", "Trained models"),
    ("generic-tools-local", "generic", "Installers and odds and ends"),
)
_REMOTE: tuple[tuple[str, str, str], ...] = (
    ("docker-hub-remote", "docker", "https://mirror.acme.example/docker/"),
    ("maven-central-remote", "maven", "https://mirror.acme.example/maven/"),
    ("npmjs-remote", "npm", "https://mirror.acme.example/npm/"),
    ("pypi-remote", "pypi", "https://mirror.acme.example/pypi/"),
)
_VIRTUAL: tuple[tuple[str, str, str], ...] = (
    ("docker", "docker", "docker-dev-local docker-prod-local docker-hub-remote"),
    ("maven", "maven", "libs-release-local libs-snapshot-local maven-central-remote"),
    ("npm", "npm", "npm-local npmjs-remote"),
    ("pypi", "pypi", "pypi-local pypi-remote"),
    ("helm", "helm", "helm-local"),
)


def repositories(moment: Moment) -> list[RepositoryRecord]:
    """Twenty repositories, the built-in ones among them."""
    local = [RepositoryRecord(key, "local", kind, description=text) for key, kind, text in _LOCAL]
    remote = [RepositoryRecord(key, "remote", kind, url=url) for key, kind, url in _REMOTE]
    virtual = [RepositoryRecord(key, "virtual", kind, repositories=of.split()) for key, kind, of in _VIRTUAL]
    return [*empty.objects(moment).repositories, *local, *remote, *virtual]


def permissions(moment: Moment) -> list[PermissionRecord]:
    """The built-in two and ten of Acme's own; one is far too wide, and one covers nothing any more."""
    dev = ["docker-dev-local", "libs-snapshot-local", "npm-local", "pypi-local", "helm-local"]
    prod = ["docker-prod-local", "libs-release-local"]
    return [
        *empty.objects(moment).permissions,
        permission("developers-read", [*dev, *prod], groups={"developers": _READ}),
        permission("deployers-dev", dev, groups={"deployers": _PUBLISH}),
        permission(
            "release-prod",
            prod,
            groups={"release-managers": [*_PUBLISH, "DELETE"]},
            users={"aisha.khan": ["MANAGE"]},
            exclude=["**/experimental/**"],
        ),
        permission("scanner-read", prod, groups={"scanner-ro": _READ}),
        permission("models", ["models-local"], groups={"data-science": _PUBLISH}, users={"ci-data": _PUBLISH}),
        permission("mobile", ["npm-local", "generic-tools-local"], groups={"mobile-team": _PUBLISH}),
        permission("contractors-npm", ["npm-local"], groups={"contractors": _READ}, include=["@acme-open/**"]),
        permission("audit", ["ANY LOCAL", "ANY REMOTE"], groups={"auditors": _READ}),
        # The finding: every pipeline of every team may delete and manage everything.
        _ci_everything(),
        # The finding: the repository was deleted years ago, the permission stayed.
        permission("warehouse-legacy", ["warehouse-release-local"], groups={"developers": _ALL}),
    ]


def _ci_everything() -> PermissionRecord:
    anywhere = {"ANY LOCAL": Patterns(), "ANY REMOTE": Patterns()}
    return PermissionRecord(
        "ci-everything",
        {
            "artifact": Resource(Grants(groups={"ci-runners": _ALL}), anywhere),
            "build": Resource(Grants(groups={"ci-runners": _PUBLISH}), {"artifactory-build-info": Patterns()}),
        },
        modified_by="tomasz.nowak",
    )


def projects() -> list[ProjectRecord]:
    """Two projects with administrators of their own."""
    return [
        ProjectRecord("mobile", "Mobile", users={"ines.silva": ["Project Admin"], "ben.carter": ["Developer"]}),
        ProjectRecord("dsci", "Data Science", groups={"data-science": ["Developer", "Viewer"]}),
    ]
