"""What a table knows, without a screen: rows, their order, the filter, the cursor, the marks.

The cursor, the marks and the anchor of a range are keys, never row numbers, so that a refresh cannot slide another
object under them. Positions (line numbers of the view) are looked up when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, Generic, Protocol, TypeVar

Row = TypeVar("Row")


class Sortable(Protocol):
    """A value that can be put in order."""

    def __lt__(self, other: Any, /) -> bool:
        """Whether it comes before the other."""
        ...


SortKey = Callable[[Row], Sortable | None]
Predicate = Callable[[Row], bool]


@dataclass(frozen=True)  # with slots, Sort[...](...) fails on Python 3.11
class Sort(Generic[Row]):
    """An order of the rows: by a column's key, None last whichever way."""

    column_id: str
    key: SortKey[Row]
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change of rows, filter or order did to the cursor and the marks without being asked to."""

    lost: str | None = None
    """The key the cursor had to leave, because its row is not shown any more."""
    dropped: tuple[str, ...] = ()
    """Keys whose mark went with their row."""


NOTHING_HAPPENED: Final = Outcome()


class TableState(Generic[Row]):
    """Rows seen through a filter and an order, with a cursor and marks.

    Rows that are gone after a refresh stay in the view for one cycle, as a notice: they can be neither marked nor
    reached by the cursor. Of rows with the same key only the first is kept.
    """

    def __init__(self, key: Callable[[Row], str]) -> None:
        self._key_of = key
        self._predicate: Predicate[Row] | None = None
        self.sort: Sort[Row] | None = None
        self.clear()

    def clear(self) -> None:
        """Forget rows, cursor and marks; keep filter and order. The next rows count as a first load."""
        self._source: Sequence[Row] | None = None
        self._rows: Sequence[Row] = ()
        self._keys: Sequence[str] = ()
        self._index: dict[str, int] = {}
        self._natural: Sequence[int] = range(0)
        self._order: Sequence[int] = range(0)
        self.view: Sequence[int] = range(0)
        self.new: frozenset[str] = frozenset()
        self.gone: dict[str, str] = {}
        self.marks: set[str] = set()
        self.anchor: str | None = None
        self._gone_shown = 0
        self._cursor = -1
        self._home: str | None = None

    # -- reading ---------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Lines of the view, gone rows included."""
        return len(self.view)

    @property
    def total(self) -> int:
        """Rows there are, shown or not."""
        return len(self._rows) - len(self.gone)

    @property
    def shown(self) -> int:
        """Rows that pass the filter."""
        return len(self.view) - self._gone_shown

    @property
    def position(self) -> int | None:
        """Line of the cursor in the view; None when there is nothing to stand on."""
        return self._cursor if self._cursor >= 0 else None

    @property
    def cursor(self) -> str | None:
        """Key of the row under the cursor."""
        return self.key_at(self._cursor) if self._cursor >= 0 else None

    def key_at(self, position: int) -> str:
        """Key of a line of the view."""
        return self._keys[self.view[position]]

    def row_at(self, position: int) -> Row:
        """Row on a line of the view."""
        return self._rows[self.view[position]]

    def row(self, key: str) -> Row | None:
        """The row with this key, shown or not; None when there is none (any more)."""
        return self._rows[self._index[key]] if self.has(key) else None

    def has(self, key: str) -> bool:
        """Whether there is a row with this key, shown or not."""
        return key in self._index and key not in self.gone

    def position_of(self, key: str) -> int | None:
        """Line of this key in the view; None when it is not shown."""
        index = self._index.get(key)
        if index is None:
            return None
        try:
            return self.view.index(index)
        except ValueError:
            return None

    def marked_rows(self) -> tuple[Row, ...]:
        """Marked rows, shown or hidden by the filter, in the order of the list."""
        return tuple(self._rows[index] for index in sorted(self._index[key] for key in self.marks))

    def marks_hidden(self) -> int:
        """How many marked rows the filter hides."""
        accepts = self._predicate
        if accepts is None:
            return 0
        return sum(not accepts(self._rows[self._index[key]]) for key in self.marks)

    # -- rows, filter, order ---------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Row], gone_reason: str) -> Outcome:
        """Take the list as it is now. The same list object, which must not have been altered, costs nothing."""
        if rows is self._source and not self.new and not self.gone:
            return NOTHING_HAPPENED
        before = _Before(self)
        first_load = self._source is None
        self._source = rows
        self._take(rows)
        if not first_load:
            self._note_differences(before, gone_reason)
        dropped = tuple(key for key in self.marks if not self.has(key))
        self.marks.difference_update(dropped)
        if self.anchor is not None and not self.has(self.anchor):
            self.anchor = None
        self._arrange()
        lost = self._reseat(before)
        if lost is not None or self._home is None:
            self._home = self.cursor
        return Outcome(lost, dropped)

    def set_filter(self, predicate: Predicate[Row] | None) -> Outcome:
        """Show only what the predicate accepts.

        The cursor goes to the row where the user left it, else to the nearest one that follows it in the whole
        list: where it ends does not depend on the filters seen while one was typed.
        """
        if predicate is None and self._predicate is None:
            return NOTHING_HAPPENED
        before, home = _Before(self), self._home
        self._predicate = predicate
        self._select()
        if home is None or not self.has(home):
            return Outcome(self._reseat(before))
        shown = set(self.view)  # cheaper than to ask the predicate again
        nearest = _outwards(self._order, self._order.index(self._index[home]))
        self._go_to_first(self._keys[index] for index in nearest if index in shown)
        lost = before.cursor is not None and not self._shows(before.cursor)
        return Outcome(before.cursor if lost else None)

    def set_sort(self, sort: Sort[Row] | None) -> Outcome:
        """Put the rows in another order; equal ones stay in the order of the list."""
        before = _Before(self)
        self.sort = sort
        self._arrange()
        return Outcome(self._reseat(before))

    # -- cursor and marks ------------------------------------------------------------------------

    def move_to(self, position: int, *, downwards: bool = True) -> None:
        """Put the cursor on a line, or on the nearest one that is not gone: first in the direction given."""
        wanted = min(max(position, 0), len(self.view) - 1)
        found = self._alive(wanted, 1 if downwards else -1)
        if found is None:
            found = self._alive(wanted, -1 if downwards else 1)
        if found is not None:
            self._cursor = found
            self._home = self.cursor

    def move_by(self, lines: int) -> None:
        """Move the cursor some lines down, or up when negative."""
        if self._cursor >= 0:
            self.move_to(self._cursor + lines, downwards=lines >= 0)

    def move_to_key(self, key: str) -> bool:
        """Put the cursor on the row with this key; False when it is not shown."""
        position = self.position_of(key) if self.has(key) else None
        if position is None:
            return False
        self.move_to(position)
        return True

    def mark(self, keys: Iterable[str]) -> None:
        """Mark these rows; keys without a row are passed over."""
        self.marks.update(key for key in keys if self.has(key))

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor; a range may start here."""
        key = self.cursor
        if key is not None:
            self.marks ^= {key}
            self.anchor = key

    def mark_range(self) -> None:
        """Mark every row from the anchor to the cursor. Without an anchor in view, start one at the cursor."""
        if self._cursor < 0:
            return
        start = None if self.anchor is None else self.position_of(self.anchor)
        first, last = sorted((self._cursor if start is None else start, self._cursor))
        self.marks.update(self._alive_keys(first, last + 1))
        self.anchor = self.cursor

    def mark_all(self) -> None:
        """Mark every row that passes the filter."""
        self.marks.update(self._alive_keys(0, len(self.view)))

    def unmark_all(self) -> None:
        """Take every mark away, also from rows that the filter hides."""
        self.marks.clear()
        self.anchor = None

    # -- inner workings --------------------------------------------------------------------------

    def _take(self, rows: Sequence[Row]) -> None:
        keys = list(map(self._key_of, rows))
        if keys == self._keys and not self.gone:
            self._rows, self.new = rows, frozenset()
            return
        index = dict(zip(keys, range(len(keys)), strict=True))
        if len(index) != len(keys):
            first: dict[str, Row] = {}
            for key, row in zip(keys, rows, strict=True):
                first.setdefault(key, row)
            keys, rows = list(first), list(first.values())
            index = dict(zip(keys, range(len(keys)), strict=True))
        self._rows, self._keys, self._index = rows, keys, index
        self._natural = range(len(keys))
        self.new, self.gone = frozenset(), {}

    def _note_differences(self, before: _Before[Row], gone_reason: str) -> None:
        if self._index is before.index:
            return
        known, now, gone = before.index, self._index, before.gone
        self.new = frozenset([key for key in now if key not in known] + [key for key in gone if key in now])
        left = [key for key in known if key not in now and key not in gone]
        if left:
            self._keep_gone(left, before)
            self.gone = dict.fromkeys(left, gone_reason)

    def _keep_gone(self, left: list[str], before: _Before[Row]) -> None:
        """Keep gone rows behind the others, and in the list's own order each behind the row that it followed."""
        positions = sorted(before.index[key] for key in left)
        slots: dict[int, list[int]] = {}
        slot, seen, own = 0, -1, len(self._keys)
        for index, old in enumerate(positions, start=own):
            followed = (self._index.get(before.keys[at]) for at in range(old - 1, seen, -1))
            slot = next((at + 1 for at in followed if at is not None), slot)
            slots.setdefault(slot, []).append(index)
            seen = old
        natural: list[int] = []
        start = 0
        for slot in sorted(slots):
            natural += [*range(start, slot), *slots[slot]]
            start = slot
        self._natural = [*natural, *range(start, own)]
        self._rows = [*self._rows, *(before.rows[old] for old in positions)]
        self._keys = [*self._keys, *(before.keys[old] for old in positions)]
        self._index.update((self._keys[index], index) for index in range(own, len(self._keys)))

    def _arrange(self) -> None:
        """Order, then filter. The order is kept, so that a new filter costs one pass."""
        self._order = self._natural if self.sort is None else _ordered(self._rows, self.sort)
        self._select()

    def _select(self) -> None:
        accepts, rows = self._predicate, self._rows
        if accepts is None:
            self.view, self._gone_shown = self._order, len(self.gone)
        else:
            self.view = [index for index in self._order if accepts(rows[index])]
            self._gone_shown = sum(accepts(rows[self._index[key]]) for key in self.gone)

    def _reseat(self, before: _Before[Row]) -> str | None:
        """Put the cursor back on its row, else on the nearest row that followed it. Returns the key it lost."""
        self._go_to_first(before.around_cursor())
        return None if before.cursor == self.cursor else before.cursor

    def _go_to_first(self, keys: Iterable[str]) -> None:
        """Put the cursor on the first of these keys that is shown, else on the first row."""
        best = next((key for key in keys if self._shows(key)), None)
        position = self._alive(0, 1) if best is None else self.position_of(best)
        self._cursor = -1 if position is None else position

    def _shows(self, key: str) -> bool:
        accepts = self._predicate
        return self.has(key) and (accepts is None or accepts(self._rows[self._index[key]]))

    def _alive(self, position: int, step: int) -> int | None:
        """The nearest line from `position` on, in steps, that is no notice of a gone row."""
        end = len(self.view) if step > 0 else -1
        positions = range(position, end, step) if 0 <= position < len(self.view) else range(0)
        return next((at for at in positions if self.key_at(at) not in self.gone), None)

    def _alive_keys(self, start: int, end: int) -> Iterator[str]:
        keys = (self._keys[index] for index in self.view[start:end])
        return (key for key in keys if key not in self.gone) if self.gone else keys


class _Before(Generic[Row]):
    """The state before a change, as far as the change needs it to find its way."""

    def __init__(self, state: TableState[Row]) -> None:
        self.rows = state._rows
        self.keys = state._keys
        self.index = state._index
        self.view = state.view
        self.gone = state.gone
        self.cursor = state.cursor
        self._position = state._cursor

    def around_cursor(self) -> Iterator[str]:
        """Key of the cursor, then those that followed it, nearest first, then those before it."""
        if self.cursor is None:
            return iter(())
        keys = (self.keys[index] for index in _outwards(self.view, self._position))
        return (key for key in keys if key not in self.gone)


def _outwards(view: Sequence[int], position: int) -> Iterator[int]:
    """A line, then those that follow it, then those before it, nearest first."""
    return chain(islice(view, position, None), (view[at] for at in range(position - 1, -1, -1)))


def _ordered(rows: Sequence[Row], sort: Sort[Row]) -> list[int]:
    values = list(map(sort.key, rows))
    order = list(range(len(values)))
    missing: list[int] = []
    if None in values:
        missing = [at for at in order if values[at] is None]
        order = [at for at in order if values[at] is not None]
    order.sort(key=values.__getitem__, reverse=sort.reverse)  # type: ignore[arg-type]  # no None among them
    return order + missing
