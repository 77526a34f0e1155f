"""The static export: the two documents as files, for an object store or a static site that speaks for the issuer.

The keys are written before the document that leads to them, each file all at once. What was published, and since
when, is noted in the store: a key that is not in it does not sign, and one that is too fresh waits.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import NotFound
from jfconsole.domain.issuer_state import IssuerState, Publication
from jfconsole.issuer.documents import Document, digest, documents
from jfconsole.issuer.keys import rounded_up
from jfconsole.issuer.loading import PUBLISHED, load_state, publication_body
from jfconsole.issuer.store import Store, get_meta, set_meta
from jfconsole.storage.private import write_whole

_PUBLIC_FILE: Final = 0o644
_PAGES_MARK: Final = ".nojekyll"
"""Without it GitHub Pages leaves out folders that begin with a dot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file of the export, where it belongs, and what it must be served as: it has no suffix to tell by."""

    file: Path
    url: str
    content_type: str
    cache_control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was written, in the order in which it is to be uploaded."""

    issuer_url: str
    files: tuple[PublishedFile, ...]
    digest: str


def publish(store: Store, issuer: str, directory: Path, now: int) -> Export:
    """Write the documents of an issuer into a folder that stands for its URL, and note that they were published.

    Works while the vault is locked. Raises NotFound; OSError when a file cannot be written.
    """
    with store.writing() as db:
        state = load_state(db)
        if issuer not in state.issuers:
            raise NotFound(f"There is no issuer {issuer}", "See `jfconsole issuers list`")
        made = documents(state, issuer, now)
        files = tuple(_write(document, directory, state.url(issuer)) for document in made)
        write_whole(directory / _PAGES_MARK, b"", _PUBLIC_FILE)
        noted = _noted(state, issuer, made, directory, now)
        db.execute("INSERT OR REPLACE INTO publications VALUES (?, ?)", (issuer, publication_body(noted)))
        _count(db)
    return Export(issuer_url=state.url(issuer), files=files, digest=noted.digest)


def forget(store: Store, issuer: str) -> bool:
    """The issuer is served from here, and not published as files any more; whether it was."""
    with store.writing() as db:
        _count(db)
        return db.execute("DELETE FROM publications WHERE issuer = ?", (issuer,)).rowcount > 0


def is_current(state: IssuerState, issuer: str, now: int) -> bool:
    """Whether what was published is what would be published now: keys, discovery document, and how they are served."""
    publication = state.publications.get(issuer)
    return publication is not None and publication.digest == digest(documents(state, issuer, now))


def _count(db: sqlite3.Connection) -> None:
    """Let those who mint, in whatever process, look again."""
    set_meta(db, PUBLISHED, str(int(get_meta(db, PUBLISHED) or 0) + 1))


def _write(document: Document, directory: Path, url: str) -> PublishedFile:
    path = directory / document.path.removeprefix("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, document.body, _PUBLIC_FILE)
    return PublishedFile(
        file=path, url=url + document.path, content_type=document.content_type, cache_control=document.cache_control
    )


def _noted(state: IssuerState, issuer: str, made: tuple[Document, Document], directory: Path, now: int) -> Publication:
    before = state.publications.get(issuer)
    since = now if before is None else rounded_up(now)
    kids = {str(key["kid"]): since for key in json.loads(made[0].body)["keys"]}
    return Publication(
        directory=str(directory),
        first=now if before is None else before.first,
        last=now,
        digest=digest(made),
        kids=kids | dict(before.kids if before else {}),
    )
