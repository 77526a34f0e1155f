"""A fresh installation: one administrator, and what JFrog itself puts in."""

from jfconsole.sandbox.records import GroupRecord, RepositoryRecord
from jfconsole.sandbox.seed.objects import Moment, Objects, administrator, anonymous, permission


def objects(moment: Moment) -> Objects:
    """Built-in users, group, permissions and repositories.

    Names as in the recordings of JupiterOne/graph-artifactory and the help page "Get Permissions"; inferred: the
    grants of the two built-in permissions.
    """
    return Objects(
        users=[administrator(moment), anonymous()],
        groups=[GroupRecord("readers", description="A group for read-only users", auto_join=True)],
        permissions=[
            permission(
                "Anything",
                ["ANY LOCAL"],
                users={"anonymous": ["READ"]},
                groups={"readers": ["READ"]},
            ),
            permission("Any Remote", ["ANY REMOTE"], users={"anonymous": ["READ", "WRITE"]}),
        ],
        repositories=[
            RepositoryRecord("artifactory-build-info", "local", "buildinfo", description="Build Info repository"),
            RepositoryRecord("release-bundles-v2", "local", "releasebundles", description="Release Bundles"),
        ],
    )
