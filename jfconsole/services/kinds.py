"""Every kind of step, and who handles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jfconsole.services import (
    group_steps,
    integration_steps,
    issuer_steps,
    login_steps,
    mapping_steps,
    permission_steps,
    token_create,
    token_refresh,
    user_steps,
)
from jfconsole.services.handlers import StepHandler
from jfconsole.services.revoke import REVOKE, REVOKE_OWN, OwnTokenRevoke, TokenRevoke
from jfconsole.services.revoke_by_value import REVOKE_VALUE, ValueRevoke
from jfconsole.services.token_kinds import CREATE, REFRESH

HANDLERS: Final[Mapping[str, StepHandler]] = {
    REVOKE: TokenRevoke(),
    REVOKE_OWN: OwnTokenRevoke(),
    REVOKE_VALUE: ValueRevoke(),
    CREATE: token_create.TokenCreate(),
    REFRESH: token_refresh.TokenRefresh(),
    **group_steps.HANDLERS,
    **user_steps.HANDLERS,
    **permission_steps.HANDLERS,
    **integration_steps.HANDLERS,
    **mapping_steps.HANDLERS,
    **issuer_steps.HANDLERS,
    **login_steps.HANDLERS,
}
