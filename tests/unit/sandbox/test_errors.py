"""The envelopes: valid JSON in the servers' own spacing."""

import json

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.errors import Refusal, access_envelope, artifactory_envelope, jackson

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(values)
def test_the_spacing_changes_nothing(value: object) -> None:
    assert json.loads(jackson(value)) == value


def test_access_gives_code_message_and_sometimes_detail() -> None:
    reply = access_envelope(Refusal(409, "exists", detail="really"))
    assert reply.status_code == 409
    assert bytes(reply.body).decode() == (
        '{\n  "errors" : [ {\n    "code" : "CONFLICT",\n    "message" : "exists",\n    "detail" : "really"\n  } ]\n}'
    )


def test_artifactory_gives_status_and_message() -> None:
    reply = artifactory_envelope(Refusal(404, "Not Found", headers={"X-Extra": "1"}))
    assert reply.headers["x-extra"] == "1"
    assert bytes(reply.body).decode() == (
        '{\n  "errors" : [ {\n    "status" : 404,\n    "message" : "Not Found"\n  } ]\n}'
    )
