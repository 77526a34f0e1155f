"""Files of the config folder: TOML without any secret, read with their lines, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from jfconsole.domain.errors import UsageError
from jfconsole.domain.text import visible
from jfconsole.storage.private import private_dir, write_whole

if TYPE_CHECKING:
    from jfconsole.domain.toml_source import Path as Place
    from jfconsole.domain.toml_source import TomlSource

MEND: Final = "Mend that line, or move the file away; the console changes nothing in it before"


def read_toml(path: Path) -> TomlSource | None:
    """What is in the file; None where there is none. Raises UsageError for one that cannot be used."""
    try:
        with path.open(encoding="utf-8") as file:
            return _source_in(file, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Check who owns it") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text", MEND) from error


def _source_in(file: TextIO, path: Path) -> TomlSource:
    from jfconsole.domain.toml_source import SIZE_LIMIT, Malformed, TomlSource  # here: most starts find no file

    try:
        return TomlSource(file.read(SIZE_LIMIT + 1), str(path))
    except Malformed as error:
        raise UsageError(visible(str(error.problem)), MEND) from None


def bad_value(source: TomlSource, place: Place, sentence: str) -> UsageError:
    """The error for a value that cannot be used: file, line, key, and why."""
    return UsageError(visible(str(source.problem(place, sentence))), MEND)


def document_of(path: Path) -> dict[str, Any]:
    """Everything in a file that was read before, unknown keys too, to be changed and written back."""
    import tomllib

    return tomllib.loads(path.read_text("utf-8").removeprefix("\ufeff")) if path.exists() else {}


def write_toml(path: Path, head: str, document: dict[str, Any]) -> None:
    """Write the file, with a comment at its head. Comments elsewhere are not kept. Raises OSError."""
    import tomli_w  # here, since reading is all that most runs do

    private_dir(path.parent)
    write_whole(path, f"# {head}\n\n{tomli_w.dumps(document)}".encode())
