"""Answers as a later release might give them: fields nobody knows, values no list of today has."""

import msgspec

_FIELD = "x_added_in_2031"
_VALUE = {"tier": "aurora", "levels": [1, 2, 3]}
_ENUMS = {
    "status": "quarantined",
    "realm": "passkey",
    "token_type": "Bearer2",
    "provider_type": "Quantum Trust",
    "rclass": "ethereal",
    "type": "ETHEREAL",
    "packageType": "Hologram",
}
_NAMED_MAPS = frozenset({"users", "groups", "targets", "resources", "claims", "entitlements"})
"""Objects whose keys are names: a key added there would be a person, not a field."""
_ACTIONS, _RESOURCES = "actions", "resources"
_ACTION = "TRANSMUTE"
_RESOURCE = "hologram"
_EVERY = 3


def age(body: bytes) -> bytes:
    """A JSON body with an unknown field in every object, and every third known enum value exchanged for a new one.

    Deterministic: the same body gives the same answer. Anything but JSON comes back as it was.
    """
    try:
        value = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return body
    return msgspec.json.encode(_aged(value, named=False))


def _aged(value: object, *, named: bool, index: int = 0) -> object:
    if isinstance(value, list):
        return [_aged(item, named=False, index=position) for position, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    aged = {str(key): _aged_field(str(key), item, index) for key, item in value.items()}
    return aged if named else aged | {_FIELD: _VALUE}


def _aged_field(name: str, value: object, index: int) -> object:
    if isinstance(value, str) and name in _ENUMS and index % _EVERY == _EVERY - 1:
        return _ENUMS[name]
    if name == _ACTIONS:
        return _aged_actions(value)
    if name == _RESOURCES and isinstance(value, dict):
        value = {_RESOURCE: {_ACTIONS: {"users": {}, "groups": {}}, "targets": {}}} | value
    return _aged(value, named=name in _NAMED_MAPS, index=index)


def _aged_actions(value: object) -> object:
    """A list of actions, or lists by kind and name of who has them: each with an action more."""
    if isinstance(value, list):
        return value if _ACTION in value else [*value, _ACTION]
    if not isinstance(value, dict):
        return value
    return {name: _aged_actions(item) for name, item in value.items()}
