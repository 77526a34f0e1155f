"""Every form of the console and of its wizards, filled with the least that it needs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final

from jfconsole.domain.forms import Form
from jfconsole.domain.groups import Group
from jfconsole.domain.integrations import Integration
from jfconsole.domain.issuer_roles import IssuerRole
from jfconsole.domain.issuer_state import IssuerRecord, IssuerState, KeyRecord
from jfconsole.domain.jwt_issuers import JwtIssuer
from jfconsole.domain.mappings import IdentityMapping
from jfconsole.domain.permission_facts import TargetLine
from jfconsole.domain.permissions import Target
from jfconsole.domain.provider_catalog import PROVIDERS
from jfconsole.domain.registries import RemoteRegistry
from jfconsole.domain.settings import Settings
from jfconsole.domain.text import Untrusted
from jfconsole.domain.token_facts import view_token
from jfconsole.domain.tokens import Token
from jfconsole.domain.transit_keys import TransitKey
from jfconsole.domain.users import User
from jfconsole.services.issuer_view import IssuerRow
from jfconsole.services.servers import Places
from jfconsole.ui import server_forms
from jfconsole.ui.screens import (
    circle,
    claims_editor,
    exchange,
    exchange_options,
    group_form,
    import_csv,
    integration_form,
    issuers,
    jwt_issuer_form,
    key_form,
    mapping_form,
    permission_parts,
    refresh,
    registry_form,
    registry_login,
    rename_form,
    role_form,
    rotate_form,
    settings,
    token_form,
    user_form,
    vault_forms,
    views,
)
from jfconsole.wizards import ci_forms, key_rotation_forms, offboarding, onboarding_forms, pairing, registry_forms
from tests.architecture.source import PACKAGE
from tests.unit.wizards.ci_recipes import CI_RECIPES
from tests.unit.wizards.written_recipes import BUILT_IN, consumer

_ROLE: Final = IssuerRole(issuer="jfrog", name="pull")
_KEY: Final = TransitKey(name="signer")
_ISSUER: Final = JwtIssuer(name="jfrog", signing_key="signer")
_STATE: Final = IssuerState(
    tenant="t",
    public_base="https://id.example",
    keys={"signer": KeyRecord(key=_KEY, versions=())},
    issuers={"jfrog": IssuerRecord(issuer=_ISSUER, switches=())},
    roles={"jfrog/pull": _ROLE},
)
_ROW: Final = IssuerRow(
    issuer=_ISSUER, url="https://id.example/t/jwt/jfrog", signing="signer", roles=(), publication=None, current=True
)
_GITHUB: Final = PROVIDERS[0]
_INTEGRATION: Final = Integration(name=Untrusted("github"))
_MAPPING: Final = IdentityMapping(name=Untrusted("build"), provider_name=Untrusted("github"))
_TOKEN: Final = view_token(Token("0f0c7a52", Untrusted("jfac@01/users/ci"), 1_800_000_000))
_USER: Final = User(username=Untrusted("ann"))
_ROLES: Final = ("reports_manager", "policy_viewer")
_PLACES: Final = Places(vault=True, keyring=True)
_LINE: Final = TargetLine(Untrusted("libs-local"), Target())

FORMS: Final[dict[str, Callable[[], Form]]] = {
    "circle._trial_form": circle._trial_form,
    "claims_editor.claim_form": lambda: claims_editor.claim_form("sub", "x", None, _GITHUB),
    "exchange.exchange_form": lambda: exchange.exchange_form("github"),
    "exchange_options.named_form": lambda: exchange_options.named_form(exchange_options.Named()),
    "exchange_options.case_form": lambda: exchange_options.case_form(
        exchange_options.Named(), exchange_options.Manner()
    ),
    "group_form.new_group_form": lambda: group_form.new_group_form(_ROLES),
    "group_form.edit_group_form": lambda: group_form.edit_group_form(Group(name=Untrusted("devs"))),
    "import_csv.import_form": import_csv.import_form,
    "integration_form.new_integration_form": lambda: integration_form.new_integration_form(_GITHUB),
    "integration_form.edit_integration_form": lambda: integration_form.edit_integration_form(_INTEGRATION),
    "issuers._server_form": lambda: issuers._server_form("8080"),
    "issuers._publish_form": lambda: issuers._publish_form(_ROW),
    "jwt_issuer_form.new_issuer_form": lambda: jwt_issuer_form.new_issuer_form(_STATE),
    "jwt_issuer_form.edit_issuer_form": lambda: jwt_issuer_form.edit_issuer_form(_STATE, _ISSUER),
    "key_form.new_key_form": key_form.new_key_form,
    "key_form.edit_key_form": lambda: key_form.edit_key_form(_KEY),
    "mapping_form.mapping_form": lambda: mapping_form.mapping_form(_INTEGRATION, _MAPPING, {}, (), new=True),
    "permission_parts.pattern_form": lambda: permission_parts.pattern_form(_LINE),
    "refresh.refresh_form": refresh.refresh_form,
    "registry_form.new_registry_form": lambda: registry_form.new_registry_form(_STATE, "https://a.example", ""),
    "registry_form.edit_registry_form": lambda: registry_form.edit_registry_form(RemoteRegistry(address="a.example")),
    "registry_form.explain_form": lambda: registry_form.explain_form(_STATE, "a.example"),
    "registry_form.entry_form": lambda: registry_form.entry_form(_STATE, RemoteRegistry(address="a.example"), None),
    "registry_login.login_form": lambda: registry_login.login_form(RemoteRegistry(address="a.example")),
    "rename_form.rename_form": lambda: rename_form.rename_form("group", "devs"),
    "role_form.new_role_form": lambda: role_form.new_role_form(_STATE, "jfrog", "ann"),
    "role_form.edit_role_form": lambda: role_form.edit_role_form(_STATE, _ROLE, "ann"),
    "rotate_form.rotate_form": lambda: rotate_form.rotate_form(_TOKEN, None),
    "server_forms.connect_form": lambda: server_forms.connect_form(_PLACES, {}),
    "server_forms.import_form": lambda: server_forms.import_form(["acme"], ["a remark"], _PLACES, {}),
    "server_forms.secret_form": lambda: server_forms.secret_form("Unlock", "Passphrase", "What opens the vault."),
    "settings.settings_form": lambda: settings.settings_form(Settings()),
    "token_form.token_form": lambda: token_form.token_form(lambda _: ()),
    "user_form.new_user_form": lambda: user_form.new_user_form(_ROLES),
    "user_form.edit_user_form": lambda: user_form.edit_user_form(_USER),
    "user_form.rename_user_form": lambda: user_form.rename_user_form("ann"),
    "user_form.password_form": lambda: user_form.password_form("ann"),
    "vault_forms.create_form": vault_forms.create_form,
    "vault_forms.passphrase_form": vault_forms.passphrase_form,
    "vault_forms.backup_form": vault_forms.backup_form,
    "vault_forms.restore_form": vault_forms.restore_form,
    "vault_forms.key_file_form": vault_forms.key_file_form,
    "vault_forms.base_form": lambda: vault_forms.base_form(_STATE),
    "vault_forms.vault_form": vault_forms.vault_form,
    "vault_forms.secret_form": lambda: vault_forms.secret_form(["registry"], "registry"),
    "views._name_form": lambda: views._name_form("Save the filter", "tokens", ()),
}
"""By module and function."""

ELSEWHERE: Final = {
    "minting.mint_form": "needs an open vault: `test_issuer_screens` walks it",
    "groups.rename_form": "hands on to rename_form",
    "people.rename_form": "hands on to rename_form",
    "users.rename_form": "hands on to rename_user_form",
    "snapshots._form": "asks for two of the snapshots on the screen: `test_snapshots_screen` walks it",
    "jwt_issuer_form._form": "both forms of its module",
    "key_form._form": "both forms of its module",
    "role_form._form": "both forms of its module",
}
"""What is not made here, and why."""


def wizard_forms() -> Iterator[tuple[str, Form]]:
    """Every page of every wizard, as it is before anything was answered."""
    for file, written in BUILT_IN.items():
        for step in onboarding_forms.pages(consumer(written, file), {}):
            yield f"{file}: {step.id}", step.form
    for recipe in CI_RECIPES.values():
        for step in ci_forms.pages(recipe, {}):
            yield f"{recipe.id}: {step.id}", step.form
    for module in (key_rotation_forms, offboarding, pairing, registry_forms):
        for step in module.pages({}):
            yield f"{module.__name__}: {step.id}", step.form


def makers() -> set[str]:
    """Every function of the console that makes a form, by module and name."""
    return {
        f"{path.stem}.{node.name}"
        for path in (PACKAGE / "ui").rglob("*.py")
        if "-> Form:" in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "Form"
    }
