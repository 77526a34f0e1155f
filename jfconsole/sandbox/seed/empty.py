"""A fresh installation: one administrator, and what JFrog itself puts in."""

from jfconsole.sandbox.records import Grants, GroupRecord, Patterns, PermissionRecord, RepositoryRecord, Resource
from jfconsole.sandbox.seed.objects import Moment, Objects, administrator, anonymous, permission


def objects(moment: Moment) -> Objects:
    """Built-in users, group, permissions and repositories.

    Names as in the recordings of JupiterOne/graph-artifactory and the help page "Get Permissions", grants as in
    `SecurityServiceImpl` of Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss. Inferred: what was "any" there
    is "any local" in the built-in permission of today.
    """
    return Objects(
        users=[administrator(moment), anonymous()],
        groups=[GroupRecord("readers", description="A group for read-only users", auto_join=True)],
        permissions=[
            _anything(),
            permission("Any Remote", ["ANY REMOTE"], users={"anonymous": ["READ", "WRITE"]}),
        ],
        repositories=[
            RepositoryRecord("artifactory-build-info", "local", "buildinfo", description="Build Info repository"),
            RepositoryRecord("release-bundles-v2", "local", "releasebundles", description="Release Bundles"),
        ],
    )


def _anything() -> PermissionRecord:
    """All local repositories and all builds, to read."""
    grants = Grants(users={"anonymous": ["READ"]}, groups={"readers": ["READ"]})
    return PermissionRecord(
        "Anything",
        {
            "artifact": Resource(grants, {"ANY LOCAL": Patterns()}),
            "build": Resource(grants, {"artifactory-build-info": Patterns()}),
        },
    )
