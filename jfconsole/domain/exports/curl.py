"""A plan as a script of curl commands."""

from __future__ import annotations

from jfconsole.domain.curl import TOKEN_VARIABLE, curl_command
from jfconsole.domain.exports.shell import script
from jfconsole.domain.plans import Plan


def export(plan: Plan) -> str:
    """Every call in order; the script ends at the first refusal where later steps build on earlier ones."""
    return script(
        plan,
        ["Needs curl 7.76 or newer"],
        [TOKEN_VARIABLE],
        lambda request, variables: curl_command(request, plan.origin, variables),
    )
