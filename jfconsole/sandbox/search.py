"""`/artifactory/api/search/aql`: as much of the query language as finds items by where they are."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jfconsole.sandbox.auth import Gate
from jfconsole.sandbox.content import Content
from jfconsole.sandbox.errors import Message, Refusal, bad_request
from jfconsole.sandbox.item_bodies import moment
from jfconsole.sandbox.platform import Platform
from jfconsole.sandbox.records import ArtifactRecord
from jfconsole.sandbox.replies import json_reply

_FIND = re.compile(r"\s*items\s*\.\s*find\s*\(")
_STEP = re.compile(r"\s*\.\s*(include|limit|offset|sort)\s*\(([^()]*)\)")
_REQUIRED = frozenset({"repo", "path", "name"})
_Test = Callable[[str, str], bool]
_COMPARISONS: Mapping[str, _Test] = {
    "$eq": lambda value, wanted: value == wanted,
    "$ne": lambda value, wanted: value != wanted,
    "$match": lambda value, wanted: fnmatchcase(value, wanted.replace("[", "[[]")),
    "$nmatch": lambda value, wanted: not fnmatchcase(value, wanted.replace("[", "[[]")),
    "$gt": lambda value, wanted: value > wanted,
    "$lt": lambda value, wanted: value < wanted,
}
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Query:
    """A query: criteria, fields (none for the usual ones), and which part of the result."""

    criteria: Mapping[str, object]
    fields: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read `items.find({...}).include(...).offset(n).limit(n)`; `sort` is read and left alone.

        Raises:
            Refusal: 400 for anything else.
        """
        start = _FIND.match(text)
        if start is None:
            raise _unreadable(text)
        criteria, position = _criteria(text, start.end())
        steps: dict[str, str] = {}
        while match := _STEP.match(text, position):
            steps[match[1]], position = match[2], match.end()
        if text[position:].strip():
            raise _unreadable(text)
        try:
            limit, offset = int(steps["limit"]) if "limit" in steps else None, int(steps.get("offset", "0"))
        except ValueError as error:
            raise _unreadable(text) from error
        fields = (field.strip().strip('"') for field in steps.get("include", "").split(","))
        return cls(criteria, tuple(field for field in fields if field), limit, offset)

    def matches(self, row: Row) -> bool:
        """Whether `row` fulfils the criteria."""
        return _holds(self.criteria, row)


class SearchArea:
    """AQL (help page "Artifactory Query Language"), over the files the caller can read."""

    def __init__(self, platform: Platform, gate: Gate) -> None:
        self._platform = platform
        self._gate = gate

    def routes(self) -> list[Route]:
        """Routes under `/artifactory`."""
        return [Route("/api/search/aql", self.aql, methods=["POST"])]

    async def aql(self, request: Request) -> Response:
        """Find items."""
        caller = self._gate.artifactory(request)
        query = Query.parse((await request.body()).decode(errors="replace"))
        if query.fields and not caller.admin and not _REQUIRED.issubset(query.fields):
            raise bad_request(Message.AQL_FIELDS)
        content = Content(self._platform, caller)
        found = [row for record in self._readable(content) if query.matches(row := _row(record))]
        end = None if query.limit is None else query.offset + query.limit
        page = found[query.offset : end]
        shown = [_chosen(row, query.fields) for row in page]
        span = {"start_pos": query.offset, "end_pos": query.offset + len(page), "total": len(page)}
        return json_reply({"results": shown, "range": span})

    def _readable(self, content: Content) -> list[ArtifactRecord]:
        keys = {record.repository for record in self._platform.state.artifacts}
        found: list[ArtifactRecord] = []
        for key in sorted(keys):
            try:
                found += content.below(content.item(key, ""))
            except Refusal:
                continue
        return found


def _criteria(text: str, start: int) -> tuple[Mapping[str, object], int]:
    """The criteria and the position after the parenthesis that ends them."""
    empty = re.compile(r"\s*\)").match(text, start)
    if empty:
        return {}, empty.end()
    try:
        value, end = json.JSONDecoder().raw_decode(text, len(text) - len(text[start:].lstrip()))
    except (ValueError, RecursionError) as error:
        raise _unreadable(text) from error
    close = re.compile(r"\s*\)").match(text, end)
    if not isinstance(value, dict) or close is None:
        raise _unreadable(text)
    return value, close.end()


def _holds(criteria: object, row: Row) -> bool:
    if not isinstance(criteria, dict):
        raise _unreadable(str(criteria))
    return all(_one_holds(str(name), wanted, row) for name, wanted in criteria.items())


def _one_holds(name: str, wanted: object, row: Row) -> bool:
    if name in ("$and", "$or") and isinstance(wanted, list):
        return (all if name == "$and" else any)(_holds(part, row) for part in wanted)
    if name not in row:
        raise _unreadable(name)
    comparisons = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    if name == "type" and comparisons == {"$eq": "any"}:
        return True
    if not set(comparisons) <= set(_COMPARISONS):
        raise _unreadable(name)
    return all(_COMPARISONS[test](str(row[name]), str(value)) for test, value in comparisons.items())


def _row(record: ArtifactRecord) -> Row:
    folder, _, name = record.path.rpartition("/")
    return {
        "repo": record.repository,
        "path": folder or ".",
        "name": name,
        "type": "file",
        "size": len(record.content),
        "created": moment(record.created),
        "created_by": record.created_by,
        "modified": moment(record.modified),
        "modified_by": record.modified_by,
        "updated": moment(record.modified),
    }


def _chosen(row: Row, fields: tuple[str, ...]) -> Row:
    return {name: value for name, value in row.items() if not fields or name in fields or "*" in fields}


def _unreadable(text: str) -> Refusal:
    return bad_request(Message.AQL_UNREADABLE.format(text=text[:200]))
