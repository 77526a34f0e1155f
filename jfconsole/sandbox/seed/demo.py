"""Acme: a company with at least one of every problem that access administration has."""

from jfconsole.sandbox.records import RefreshGrant
from jfconsole.sandbox.seed import demo_artifacts, demo_people, demo_repositories, demo_tokens, demo_trust
from jfconsole.sandbox.seed.objects import Moment, Objects


def objects(moment: Moment) -> Objects:
    """Everything Acme has, dated relative to `moment`."""
    tokens = demo_tokens.tokens(moment)
    return Objects(
        tokens=tokens,
        refreshes=[RefreshGrant(token) for token in tokens if token.item.refreshable],
        users=demo_people.users(moment),
        groups=demo_people.groups(),
        permissions=demo_repositories.permissions(moment),
        repositories=demo_repositories.repositories(moment),
        artifacts=demo_artifacts.artifacts(moment),
        projects=demo_repositories.projects(),
        integrations=demo_trust.integrations(moment.strongbox),
        mappings=demo_trust.mappings(),
        stand_ins=demo_trust.stand_ins(),
    )
