"""A plan as a script of `jf api` calls: JFrog CLI knows platform and token from its own configuration.

Source of the command, its options and its exit code: jfrog-cli general/api/cli.go (2.100.0 and newer).
"""

from __future__ import annotations

import shlex

from jfconsole.domain.errors import UsageError
from jfconsole.domain.exports.shell import Variables, here_document, script
from jfconsole.domain.plans import Plan
from jfconsole.domain.requests import Request


def export(plan: Plan) -> str:
    """Every call in order; the script ends at the first refusal where later steps build on earlier ones.

    Raises UsageError for a plan with calls that are sent with another token.
    """
    if any(request.as_token for step in plan.steps for request in step.requests):
        raise UsageError("`jf api` sends every call with its own token, and here another one is needed", "Use curl")
    needs = (
        "Needs JFrog CLI 2.100.0 or newer, and this platform as its default server (`jf config show`);",
        "for another server of its configuration, set JFROG_CLI_SERVER_ID",
    )
    return script(plan, needs, [], jf_command)


def jf_command(request: Request, variables: Variables) -> str:
    """One call, with these variables for the secrets of its body."""
    parts = ["jf", "api"]
    if request.method != "GET":
        parts += ["--method", request.method]
    if request.body is None:
        return shlex.join([*parts, request.target])
    parts += ["--header", "Content-Type: application/json", "--input", "-", request.target]
    document = here_document(request.body, variables)
    return f"{shlex.join(parts)} {document.redirection}\n{document.lines}"
