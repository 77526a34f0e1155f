"""What the calls that change membership have in common."""

from dataclasses import dataclass

from jfconsole.sandbox import fields as f
from jfconsole.sandbox.errors import Message, bad_request


@dataclass(frozen=True, slots=True)
class Delta:
    """Who is to join and who is to leave (help pages "Add or Remove a Group Member", "... User from Groups")."""

    add: tuple[str, ...]
    remove: tuple[str, ...]

    @classmethod
    def of(cls, fields: f.Fields) -> "Delta":
        """Read `add` and `remove`; a side that is null, empty or absent changes nothing.

        jfrog/terraform-provider-platform resource_group_members.go always sends both, one of them null.

        Raises:
            Refusal: 400 if both sides are empty, or have a name in common.
        """
        add, remove = f.names(fields, "add") or [], f.names(fields, "remove") or []
        if not add and not remove:
            raise bad_request(Message.NOTHING_TO_CHANGE)
        if both := set(add).intersection(remove):
            raise bad_request(Message.ADD_AND_REMOVE.format(name=min(both)))
        return cls(tuple(add), tuple(remove))
