"""The actions of permissions in the words and letters that older APIs use."""

from collections.abc import Iterable, Mapping

from jfconsole.sandbox.errors import Message, bad_request

LETTERS: Mapping[str, str] = {
    "READ": "r",
    "WRITE": "w",
    "ANNOTATE": "n",
    "DELETE": "d",
    "MANAGE": "m",
    "SCAN": "mxm",
    "EXECUTE": "x",
}
WORDS: Mapping[str, str] = {
    "READ": "read",
    "WRITE": "write",
    "ANNOTATE": "annotate",
    "DELETE": "delete",
    "MANAGE": "manage",
    "SCAN": "managedXrayMeta",
    "EXECUTE": "distribute",
}
"""`ArtifactoryPermission` of Artifactory 6.20, mirrored by knottnhupfer/artifactory-oss.

Inferred: that SCAN and EXECUTE are what used to be called so."""


def translated(actions: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """`actions` in other names, each once; those that have none there are left out."""
    return list(dict.fromkeys(names[action] for action in actions if action in names))


def understood(words: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """The actions that `words` stand for.

    Raises:
        Refusal: 400, a word stands for none.
    """
    known = {name: action for action, name in names.items()}
    found = []
    for word in words:
        if word not in known:
            raise bad_request(Message.UNKNOWN_ACTION.format(action=word))
        found.append(known[word])
    return list(dict.fromkeys(found))
