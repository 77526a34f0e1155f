"""Going to a section: an action for each."""

from __future__ import annotations

from jfconsole.ui import sections
from jfconsole.ui.trail import Trail


class Going:
    """What the app does when a section is asked for by its name."""

    trail: Trail

    def show_section(self, section: str) -> None:
        """Go to a section and remember it."""
        raise NotImplementedError

    def do_tokens(self) -> None:
        """Go to the tokens."""
        self.show_section("tokens")

    def do_users(self) -> None:
        """Go to the users."""
        self.show_section("users")

    def do_groups(self) -> None:
        """Go to the groups."""
        self.show_section("groups")

    def do_repositories(self) -> None:
        """Go to the repositories."""
        self.show_section("repositories")

    def do_permissions(self) -> None:
        """Go to the permissions."""
        self.show_section("permissions")

    def do_integrations(self) -> None:
        """Go to the OIDC integrations."""
        self.show_section("integrations")

    def do_mappings(self) -> None:
        """Go to the identity mappings."""
        self.show_section("mappings")

    def do_issuer(self) -> None:
        """Go to the part of the local issuer that was shown last; from there, to the vault."""
        first = sections.ISSUER[0]
        if self.trail.here in sections.ISSUER:
            self.show_section(first)
        else:
            self.show_section(next((part for part in self.trail.latest if part in sections.ISSUER), first))

    def do_vault(self) -> None:
        """Go to the vault."""
        self.show_section("vault")

    def do_keys(self) -> None:
        """Go to the transit keys."""
        self.show_section("keys")

    def do_issuers(self) -> None:
        """Go to the issuers."""
        self.show_section("issuers")

    def do_roles(self) -> None:
        """Go to the roles."""
        self.show_section("roles")

    def do_mint_log(self) -> None:
        """Go to the mint log."""
        self.show_section("mint-log")

    def do_registries(self) -> None:
        """Go to the registries."""
        self.show_section("registries")

    def do_ledger(self) -> None:
        """Go to the tokens that this console made."""
        self.show_section("ledger")

    def do_journal(self) -> None:
        """Go to the journal."""
        self.show_section("journal")

    def do_snapshots(self) -> None:
        """Go to the snapshots."""
        self.show_section("snapshots")

    def do_requests(self) -> None:
        """Go to the request log."""
        self.show_section("requests")
