from __future__ import annotations

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.errors import UsageError
from jfconsole.jfrog.paths import segment

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda name: name not in {".", ".."})


@settings(deadline=None)
@given(names)
def test_a_name_stays_one_segment_all_the_way_to_the_wire(name: str) -> None:
    url = httpx.URL(f"https://acme.example/api/{segment(name)}/tail")
    path = url.raw_path.decode("ascii")
    assert path.startswith("/api/")
    assert path.endswith("/tail")
    assert unquote(path[len("/api/") : -len("/tail")]) == name
    assert path.count("/") == 3
    assert not url.query
    assert not url.fragment


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_names_that_would_change_the_path_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        segment(name)


def test_how_names_look() -> None:
    assert segment("a/b c+d%?#") == "a%2Fb%20c%2Bd%25%3F%23"
    assert segment("bob@acme.io") == "bob@acme.io"
    assert segment("\ud800")
