"""What can be done with the local issuer."""

from __future__ import annotations

from typing import Final

from jfconsole.ui.action import Action, Scope

ISSUER_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        id="issuer.lock",
        label="Unlock",
        help="Unlock the vault, or lock it.",
        scope=Scope.ISSUER,
        keys=("U",),
        footer=6,
    ),
    Action(
        id="issuer.next-part",
        label="Next part",
        help="Go from vault to keys, issuers, roles and mint log.",
        scope=Scope.PARTS,
        keys=("right_square_bracket", "right"),
        footer=9,
    ),
    Action(
        id="issuer.previous-part",
        label="Previous part",
        help="Go back from mint log to roles, issuers, keys and vault.",
        scope=Scope.PARTS,
        keys=("left_square_bracket", "left"),
    ),
    Action(
        id="issuer.supctl",
        label="Export",
        help="Show the row as supctl commands, for an Avassa system; no key and no secret is in them.",
        scope=Scope.ISSUER,
        keys=("x", "X"),
    ),
    Action(
        id="vault.care",
        label="Vault …",
        help="Make a backup, restore one, change the passphrase or the public base, say what else opens the vault.",
        scope=Scope.VAULT,
        keys=("b",),
        footer=4,
        edits=True,
    ),
    Action(
        id="vault.public-base",
        label="Public base",
        help="Change where issuers without a URL of their own are reached; whom that concerns is told first.",
        scope=Scope.VAULT,
        edits=True,
    ),
    Action(
        id="keys.rotate-key",
        label="Rotate",
        help="Let the next version of the key sign.",
        scope=Scope.KEYS,
        keys=("o",),
        footer=4,
        edits=True,
    ),
    Action(
        id="keys.emergency",
        label="Emergency rotation",
        help="Let the next version of the key sign at once, although verifiers may not know it yet.",
        scope=Scope.KEYS,
        changes=True,
    ),
    Action(
        id="keys.destroy",
        label="Destroy version",
        help="Take a version of the key that has retired out of the JWKS, for good.",
        scope=Scope.KEYS,
        changes=True,
    ),
    Action(
        id="issuer.mint",
        label="Mint",
        help="Make a token under a role. What it would say is told while you type; it is shown once.",
        scope=Scope.MINTING,
        keys=("M",),
        footer=4,
    ),
    Action(
        id="issuers.serve",
        label="Serve",
        help="Start the public server on this machine, or stop it: discovery and keys, and nothing else.",
        scope=Scope.ISSUERS,
        keys=("P",),
        footer=6,
    ),
    Action(
        id="issuers.hits",
        label="Hits",
        help="Show who asked the public server for what.",
        scope=Scope.ISSUERS,
        keys=("H",),
    ),
    Action(
        id="issuers.publish",
        label="Publish",
        help="Write discovery and keys of the issuer as files, for an object store or a static site.",
        scope=Scope.ISSUERS,
        keys=("W",),
        edits=True,
    ),
    Action(
        id="issuers.address",
        label="Copy URL",
        help="Copy the issuer's URL, that of its discovery document, or that of its keys.",
        scope=Scope.ISSUERS,
        keys=("A",),
    ),
    Action(
        id="mint-log.audit",
        label="Audit",
        help="Check that no row of the audit trail was damaged; while the vault is unlocked, that none was edited.",
        scope=Scope.MINT_LOG,
        keys=("v",),
        footer=5,
    ),
)
