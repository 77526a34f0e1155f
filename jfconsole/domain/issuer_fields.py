"""Reading the documents of issuer resources: the fields by their names in Avassa's API, problems as sentences."""

from __future__ import annotations

from collections.abc import Collection

from jfconsole.domain.durations import parse_duration
from jfconsole.domain.field_problems import FieldProblem
from jfconsole.domain.fields import JsonObject, as_object
from jfconsole.domain.requests import Json
from jfconsole.domain.text import visible


class DocumentFields:
    """Takes fields out of a document that a person wrote. What is wrong is gathered in `problems`."""

    def __init__(self, document: Json, read_only: Collection[str] = ()) -> None:
        self.problems: list[FieldProblem] = []
        self._left: JsonObject = {key: value for key, value in as_object(document).items() if key not in read_only}
        if not isinstance(document, dict):
            self._complain("", "This is no JSON object")

    def text(self, name: str, default: str = "") -> str:
        """A text; absent and null are the default."""
        value = self._left.pop(name, None)
        if value is None or isinstance(value, str):
            return default if value is None else value
        self._complain(name, "This is a text")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(name, None)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._complain(name, "This is true or false")
        return default

    def seconds(self, name: str, default: int) -> int:
        """A length of time, as text (`5m`) or as whole seconds."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        try:
            return parse_duration(value if isinstance(value, str) else "")
        except ValueError:
            self._complain(name, f"{visible(str(value))!r} is no length of time: write 30m, 12h, 7d or 1h30m")
            return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._left.pop(name, None)
        if value is None:
            return ()
        if isinstance(value, list):
            found = tuple(item for item in value if isinstance(item, str))
            if len(found) == len(value):
                return found
        self._complain(name, "This is a list of texts")
        return ()

    def objects(self, name: str) -> tuple[JsonObject, ...]:
        """A list of objects."""
        value = self._left.pop(name, None)
        if value is None:
            return ()
        if isinstance(value, list):
            found = tuple(item for item in value if isinstance(item, dict))
            if len(found) == len(value):
                return found
        self._complain(name, "This is a list of objects")
        return ()

    def object(self, name: str) -> JsonObject:
        """An object that is kept as it is."""
        value = self._left.pop(name, None)
        if value is None or isinstance(value, dict):
            return value or {}
        self._complain(name, "This is an object")
        return {}

    def finish(self) -> tuple[FieldProblem, ...]:
        """All problems, with one for each field that nobody knows."""
        for name in self._left:
            self._complain(name, "There is no such field")
        self._left = {}
        return tuple(self.problems)

    def _complain(self, name: str, sentence: str) -> None:
        self.problems.append(FieldProblem(name, sentence))


def sentences(problems: Collection[FieldProblem]) -> str:
    """Problems in one text: `max-ttl: This is a length of time; name: …`."""
    return "; ".join(
        f"{problem.field}: {problem.sentence}" if problem.field else problem.sentence for problem in problems
    )
