"""The table's state against a model that does everything in the slow, obvious way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jfconsole.ui.widgets.table_state import Outcome, Sort, TableState


@dataclass(frozen=True)
class Item:
    key: str
    size: int | None = 0


def items(*keys: str) -> list[Item]:
    return [Item(key, ord(key[0])) for key in keys]


def table(*keys: str) -> TableState[Item]:
    state: TableState[Item] = TableState(lambda item: item.key)
    state.set_rows(items(*keys), "gone")
    return state


def lines(state: TableState[Item]) -> list[str]:
    return [state.key_at(position) for position in range(len(state))]


class TestRefresh:
    def test_the_first_rows_are_not_new(self) -> None:
        assert table("a", "b").new == frozenset()

    def test_rows_after_an_empty_list_are_new(self) -> None:
        state = table()
        state.set_rows(items("a"), "gone")
        assert state.new == {"a"}

    def test_the_same_list_again_changes_nothing_at_all(self) -> None:
        state = table("a", "b")
        view = state.view
        assert state.set_rows(state._source or [], "gone") == Outcome()
        assert state.view is view

    def test_gone_rows_stay_for_one_cycle_where_they_were(self) -> None:
        state = table("a", "b", "c", "d", "e")
        state.set_rows(items("n", "a", "d", "e"), "revoked")
        assert lines(state) == ["n", "a", "b", "c", "d", "e"]
        assert state.gone == {"b": "revoked", "c": "revoked"}
        assert (state.total, state.shown) == (4, 4)
        assert state.new == {"n"}
        state.set_rows(items("n", "a", "d", "e"), "revoked")
        assert (lines(state), state.gone, state.new) == (["n", "a", "d", "e"], {}, frozenset())

    def test_the_same_list_again_ends_the_cycle_too(self) -> None:
        state = table("a", "b")
        rows = items("b", "c")
        state.set_rows(rows, "gone")
        state.set_rows(rows, "gone")
        assert (lines(state), state.new) == (["b", "c"], frozenset())

    def test_a_row_that_comes_back_is_new(self) -> None:
        state = table("a", "b")
        state.set_rows(items("a"), "gone")
        state.set_rows(items("a", "b"), "gone")
        assert (lines(state), state.gone) == (["a", "b"], {})
        assert state.new == {"b"}

    def test_of_rows_with_one_key_the_first_is_kept(self) -> None:
        state = table()
        state.set_rows([Item("a", 1), Item("b", 2), Item("a", 3)], "gone")
        assert lines(state) == ["a", "b"]
        assert state.row("a") == Item("a", 1)

    def test_marks_of_gone_rows_are_dropped_and_told(self) -> None:
        state = table("a", "b", "c")
        state.mark_all()
        outcome = state.set_rows(items("b"), "gone")
        assert sorted(outcome.dropped) == ["a", "c"]
        assert state.marks == {"b"}

    def test_clear_forgets_everything_but_filter_and_order(self) -> None:
        state = table("a", "b")
        state.set_filter(lambda item: item.key != "a")
        state.mark_all()
        state.clear()
        assert (lines(state), state.marks, state.cursor) == ([], set(), None)
        state.set_rows(items("a", "b"), "gone")
        assert (lines(state), state.new, state.cursor) == (["b"], frozenset(), "b")


class TestCursor:
    def test_it_goes_to_the_nearest_row_that_followed(self) -> None:
        state = table("a", "b", "c", "d")
        state.move_to_key("b")
        assert state.set_rows(items("d", "a"), "gone").lost == "b"
        assert state.cursor == "d"

    def test_it_goes_back_when_nothing_follows(self) -> None:
        state = table("a", "b", "c")
        state.move_to_key("c")
        state.set_rows(items("x", "a", "b"), "gone")
        assert state.cursor == "b"

    def test_it_never_rests_on_a_gone_row(self) -> None:
        state = table("a", "b", "c", "d")
        state.set_rows(items("a", "d"), "gone")
        state.move_by(1)
        assert state.cursor == "d"
        state.move_by(-1)
        assert state.cursor == "a"
        assert not state.move_to_key("b")

    def test_gone_rows_at_the_end_stop_it_before_them(self) -> None:
        state = table("a", "b")
        state.set_rows(items("a"), "gone")
        state.move_by(1)
        assert state.cursor == "a"

    def test_a_filter_that_hides_its_row_gives_it_back(self) -> None:
        state = table("a", "b", "c")
        state.move_to_key("b")
        assert state.set_filter(lambda item: item.key == "a").lost == "b"
        assert state.cursor == "a"
        state.set_filter(lambda item: False)
        assert state.cursor is None
        state.set_filter(None)
        assert state.cursor == "b"

    def test_where_a_filter_puts_it_does_not_depend_on_what_was_typed_on_the_way(self) -> None:
        """Typed slowly, `ne` leads to the row "ne", which `never` shows, too, but behind the first of its rows."""
        state = table("backup", "never", "old", "never, one more")
        state.set_filter(lambda item: "one" in item.key)
        assert state.cursor == "never, one more"
        assert state.set_filter(lambda item: "never" in item.key).lost is None
        assert state.cursor == "never"

    def test_but_not_after_the_user_moved_on(self) -> None:
        state = table("a", "b", "c", "d")
        state.move_to_key("b")
        state.set_filter(lambda item: item.key in "ac")
        state.move_to_key("a")
        state.set_filter(None)
        assert state.cursor == "a"


class TestOrder:
    def test_nothing_comes_last_whichever_way_and_equals_keep_their_order(self) -> None:
        state = table()
        state.set_rows([Item("a"), Item("b", None), Item("c", 2), Item("d"), Item("e", None)], "gone")
        state.set_sort(Sort("size", lambda item: item.size))
        assert lines(state) == ["a", "d", "c", "b", "e"]
        state.set_sort(Sort("size", lambda item: item.size, reverse=True))
        assert lines(state) == ["c", "a", "d", "b", "e"]
        state.set_sort(None)
        assert lines(state) == ["a", "b", "c", "d", "e"]


class TestMarks:
    def test_a_range_reaches_from_the_anchor_to_the_cursor_either_way(self) -> None:
        state = table("a", "b", "c", "d")
        state.move_to_key("c")
        state.toggle_mark()
        state.move_to_key("a")
        state.mark_range()
        assert state.marks == {"a", "b", "c"}

    def test_a_range_without_an_anchor_starts_here(self) -> None:
        state = table("a", "b", "c")
        state.mark_range()
        state.move_by(1)
        state.mark_range()
        assert state.marks == {"a", "b"}

    def test_an_anchor_that_the_filter_hides_is_none(self) -> None:
        state = table("a", "b", "c")
        state.toggle_mark()
        state.set_filter(lambda item: item.key != "a")
        state.mark_range()
        assert state.marks == {"a", "b"}

    def test_all_means_what_is_shown_and_still_there(self) -> None:
        state = table("a", "b", "c", "d")
        state.set_filter(lambda item: item.key != "a")
        state.set_rows(items("a", "b", "d"), "gone")
        state.mark_all()
        assert state.marks == {"b", "d"}

    def test_marks_that_the_filter_hides_are_counted_and_stay(self) -> None:
        state = table("b", "a")
        state.mark_all()
        state.set_filter(lambda item: item.key == "a")
        assert state.marks_hidden() == 1
        assert [item.key for item in state.marked_rows()] == ["b", "a"]
        state.unmark_all()
        assert state.marks == set()

    def test_an_empty_table_takes_every_key(self) -> None:
        state = table()
        state.toggle_mark()
        state.mark_range()
        state.mark_all()
        state.move_by(1)
        state.move_to(0)
        assert (state.cursor, state.position, state.marks) == (None, None, set())


KEYS = [f"k{number}" for number in range(8)]
lists = st.lists(st.sampled_from(KEYS), unique=True, max_size=8)
limits = st.sampled_from([None, 0, 2, 5, 9])
SEEN: Counter[str] = Counter()


@dataclass
class Model:
    """The same table, always worked out from scratch."""

    rows: list[Item] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    limit: int | None = None
    order: bool | None = None
    cursor: str | None = None
    marks: set[str] = field(default_factory=set)

    def accepted(self, item: Item) -> bool:
        return self.limit is None or (item.size or 0) < self.limit

    def ordered(self) -> list[Item]:
        """Every row, in order, without the gone."""
        if self.order is None:
            return self.rows
        sized = [item for item in self.rows if item.size is not None]
        sized.sort(key=lambda item: (-1 if self.order else 1) * (item.size or 0))
        return sized + [item for item in self.rows if item.size is None]

    def live(self) -> list[str]:
        """Keys to be seen, in order, without the gone."""
        return [item.key for item in self.ordered() if self.accepted(item)]


class TableMachine(RuleBasedStateMachine):
    @initialize(keys=lists)
    def start(self, keys: list[str]) -> None:
        self.state: TableState[Item] = TableState(lambda item: item.key)
        self.model = Model()
        self.wanted: str | None = None
        self.take(keys, {})

    @rule(keys=lists, sizes=st.dictionaries(st.sampled_from(KEYS), st.none() | st.integers(0, 9)))
    def take(self, keys: list[str], sizes: dict[str, int | None]) -> None:
        rows = [Item(key, sizes.get(key, KEYS.index(key))) for key in keys]
        before_view, old = self.model.live(), {item.key for item in self.model.rows}
        outcome = self.state.set_rows(rows, "gone")
        self.model.rows = rows
        assert set(outcome.dropped) == self.model.marks - set(keys)
        assert set(self.state.gone) == old - set(keys)
        self.model.marks &= set(keys)
        self.settle(before_view, outcome)
        if outcome.lost is not None or self.wanted is None:
            self.wanted = self.model.cursor
        SEEN["lost to a refresh"] += outcome.lost is not None
        SEEN["marks dropped"] += bool(outcome.dropped)

    @rule(limit=limits)
    def narrow(self, limit: int | None) -> None:
        before_view = self.model.live()
        self.model.limit = limit
        outcome = self.state.set_filter(None if limit is None else self.model.accepted)
        everything, was, live = [item.key for item in self.model.ordered()], self.model.cursor, self.model.live()
        if self.wanted in everything:
            at = everything.index(self.wanted)
            nearest = [key for key in everything[at:] + everything[:at][::-1] if key in live]
            self.model.cursor = nearest[0] if nearest else None
            SEEN["went home"] += was != self.wanted == self.model.cursor
            assert outcome.lost == (was if was not in live else None)
        else:
            self.settle(before_view, outcome)
        SEEN["lost to a filter"] += outcome.lost is not None

    @rule(reverse=st.none() | st.booleans())
    def order(self, reverse: bool | None) -> None:
        before_view = self.model.live()
        self.model.order = reverse
        sort = None if reverse is None else Sort[Item]("size", lambda item: item.size, reverse)
        self.settle(before_view, self.state.set_sort(sort))

    def settle(self, before_view: list[str], outcome: Outcome) -> None:
        """Where the cursor must be: on its row, else on the next that followed, else on the one before."""
        was, now = self.model.cursor, self.model.live()
        if was in now:
            assert outcome.lost is None
            return
        assert outcome.lost == was
        at = before_view.index(was) if was is not None else 0
        candidates = before_view[at + 1 :] + before_view[:at][::-1]
        self.model.cursor = next((key for key in candidates if key in now), now[0] if now else None)

    @precondition(lambda self: self.model.cursor is not None)
    @rule(lines=st.integers(-3, 3).filter(bool), marking=st.sampled_from(["no", "toggle", "range"]))
    def move(self, lines: int, marking: str) -> None:
        live = self.model.live()
        at = live.index(self.model.cursor or "")
        self.state.move_by(lines)
        if not self.state.gone:
            assert self.state.cursor == live[min(max(at + lines, 0), len(live) - 1)]
        self.model.cursor = self.wanted = self.state.cursor
        if marking == "toggle":
            self.state.toggle_mark()
            self.model.marks ^= {self.model.cursor or ""}
            SEEN["marked"] += 1
        elif marking == "range":
            anchor = self.state.anchor if self.state.anchor in live else self.model.cursor
            first, last = sorted((live.index(anchor or ""), live.index(self.model.cursor or "")))
            self.state.mark_range()
            self.model.marks |= set(live[first : last + 1])

    @rule(everything=st.booleans())
    def mark_many(self, everything: bool) -> None:
        if everything:
            self.state.mark_all()
            self.model.marks |= set(self.model.live())
        else:
            self.state.unmark_all()
            self.model.marks.clear()

    @invariant()
    def agrees(self) -> None:
        state, live = self.state, self.model.live()
        assert [key for key in lines(state) if key not in state.gone] == live
        assert len(set(lines(state))) == len(state)
        assert (state.shown, state.total) == (len(live), len(self.model.rows))
        assert state.cursor == self.model.cursor
        assert state.position == (None if state.cursor is None else lines(state).index(state.cursor))
        assert state.marks == self.model.marks
        assert state.marks_hidden() == len(self.model.marks - set(live))
        assert {item.key for item in state.marked_rows()} == self.model.marks
        assert not state.new & state.gone.keys()


def test_the_state_agrees_with_the_model_and_the_interesting_cases_occur() -> None:
    SEEN.clear()
    run_state_machine_as_test(
        TableMachine, settings=settings(max_examples=150, stateful_step_count=25, deadline=None, database=None)
    )
    assert all(SEEN[case] >= 20 for case in ("lost to a refresh", "lost to a filter", "went home", "marks dropped")), (
        SEEN
    )
