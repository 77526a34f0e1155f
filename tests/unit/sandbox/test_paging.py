"""Pages: every name once, whatever the limit and the direction."""

from hypothesis import given
from hypothesis import strategies as st

from jfconsole.sandbox.paging import Page


@given(st.sets(st.text(min_size=1, max_size=6), max_size=40), st.integers(1, 12), st.booleans())
def test_following_the_cursor_visits_every_name_once_in_order(names: set[str], limit: int, descending: bool) -> None:
    seen: list[str] = []
    page = Page(limit, None, descending)
    while cut := page.cut(names):
        assert len(cut) <= limit
        seen += cut
        page = Page(limit, cut[-1], descending)
    assert sorted(seen) == sorted(names)
    assert seen == sorted(seen, key=lambda name: (name.lower(), name), reverse=descending)


@given(st.lists(st.text(min_size=1, max_size=4), min_size=1), st.data())
def test_a_cursor_that_is_gone_still_marks_its_place(names: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(names))
    rest = set(names) - {gone}
    after = Page(1000, gone).cut(rest)
    before = Page(1000, gone, descending=True).cut(rest)
    assert set(after) | set(before) == rest
    assert not set(after) & set(before)
