from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jfconsole.domain.durations import DAY, HOUR
from jfconsole.domain.filter_terms import Age, Compare, Flag, Match, Operand, Term, Word
from jfconsole.domain.filters import FieldSpec, Filter, Schema, complete, parse

NOW = datetime(2026, 11, 21, 12, 0).timestamp()


@dataclass(frozen=True, slots=True)
class Book:
    title: str
    shelf: str = "poetry"
    tags: tuple[str, ...] = ()
    lent: bool = False
    copies: int | None = 1
    due: float | None = None
    bought: float | None = NOW - 10 * DAY

    @property
    def haystack(self) -> str:
        return f"{self.title} {self.shelf}".lower()


SCHEMA: Schema[Book] = Schema(
    attrgetter("haystack"),
    {
        FieldSpec("title", "text", aliases=("name",)): attrgetter("title"),
        FieldSpec("shelf", "choice", choices=("poetry", "prose", "maps")): attrgetter("shelf"),
        FieldSpec("tags", "text"): attrgetter("tags"),
        FieldSpec("lent", "flag", help="someone has it"): attrgetter("lent"),
        FieldSpec("copies", "number"): attrgetter("copies"),
        FieldSpec("due", "duration_until", aliases=("expires",)): attrgetter("due"),
        FieldSpec("bought", "duration_since"): attrgetter("bought"),
    },
)


def accepts(text: str, book: Book) -> bool:
    return parse(text, SCHEMA).compile(NOW)(book)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reader in a place where the clock is turned back in autumn."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class TestWhatItMeans:
    @pytest.mark.parametrize(
        ("text", "book", "expected"),
        [
            ("", Book("Any"), True),
            ("OLD", Book("The Old Man"), True),
            ("old man", Book("Man of Old"), True),
            ('"old man"', Book("Man of Old"), False),
            ("old !sea", Book("The Old Man and the Sea"), False),
            ("poetry", Book("x"), True),
            ("title:poetry", Book("x"), False),
            ("title:OLD", Book("The old man"), True),
            ("name:old", Book("The old man"), True),
            ("TITLE:old", Book("The old man"), True),
            ('title:"old man"', Book("The Old Man"), True),
            ("title:=old", Book("old"), True),
            ("title:=old", Book("older"), False),
            ('title:""', Book(""), True),
            ('!title:""', Book(""), False),
            ("title:ol*", Book("Older"), True),
            ("title:ol*", Book("cold"), False),
            ("title:*er", Book("Older"), True),
            ("title:o*d*r", Book("Older"), True),
            ("title:o*r*d", Book("Older"), False),
            ("title:*", Book(""), True),
            ("title:aba*ba", Book("aba"), False),
            ('title:"*"', Book("Older"), False),
            ('title:"*"', Book("a*b"), True),
            ("tags:sea", Book("x", tags=("man", "deep-sea")), True),
            ("tags:sea", Book("x"), False),
            ("!tags:sea", Book("x"), True),
            ('tags:""', Book("x"), True),
            ("lent", Book("x", lent=True), True),
            ("LENT", Book("x", lent=True), True),
            ("!lent", Book("x", lent=True), False),
            ('"lent"', Book("x", lent=True), False),
            ("lent:no", Book("x", lent=True), False),
            ("!lent:no", Book("x", lent=True), True),
            ("copies>1", Book("x", copies=2), True),
            ("copies>=2.5", Book("x", copies=2), False),
            ("copies:2", Book("x", copies=2), True),
            ("copies=2", Book("x", copies=2), True),
            ("copies<9", Book("x", copies=None), False),
            ("!copies<9", Book("x", copies=None), True),
        ],
    )
    def test_words_flags_fields_and_numbers(self, text: str, book: Book, expected: bool) -> None:
        assert accepts(text, book) is expected

    @pytest.mark.parametrize(
        ("text", "due", "expected"),
        [
            ("due<7d", NOW + 6 * DAY, True),
            ("due<7d", NOW + 7 * DAY, False),
            ("due<=7d", NOW + 7 * DAY, True),
            ("due>7d", NOW + 8 * DAY, True),
            ("expires<7d", NOW - DAY, True),
            ("due<7d", None, False),
            ("due>9999d", None, True),
            ("due:never", None, True),
            ("due:never", NOW, False),
            ("!due:never", NOW, True),
            ("due<7d", math.nan, False),
            ("due>7d", math.nan, False),
            ("due:never", math.nan, False),
            ("due<=2026-12-01", datetime(2026, 12, 1, 23, 59).timestamp(), True),
            ("due<=2026-12-01", datetime(2026, 12, 2).timestamp(), False),
            ("due<2026-12-01", datetime(2026, 12, 1).timestamp(), False),
            ("due>2026-12-01", datetime(2026, 12, 1, 23, 59).timestamp(), False),
            ("due>2026-12-01", datetime(2026, 12, 2).timestamp(), True),
            ("due>=2026-12-01", datetime(2026, 12, 1).timestamp(), True),
            ("due:2026-12-01", datetime(2026, 12, 1, 13).timestamp(), True),
            ("due:2026-12-01", datetime(2026, 12, 2).timestamp(), False),
            ("due:2026-12-01", None, False),
        ],
    )
    def test_times_ahead(self, text: str, due: float | None, expected: bool) -> None:
        assert accepts(text, Book("x", due=due)) is expected

    @pytest.mark.parametrize(
        ("text", "bought", "expected"),
        [
            ("bought>30d", NOW - 31 * DAY, True),
            ("bought>30d", NOW - 29 * DAY, False),
            ("bought>=30d", NOW - 30 * DAY, True),
            ("bought<1h", NOW - HOUR + 1, True),
            ("bought>30d", None, True),
            ("bought<30d", None, False),
            ("bought>30d", math.nan, False),
            ("bought>=2026-01-01", datetime(2026, 5, 1).timestamp(), True),
            ("bought<2026-01-01", None, True),
        ],
    )
    def test_times_behind(self, text: str, bought: float | None, expected: bool) -> None:
        assert accepts(text, Book("x", bought=bought)) is expected

    @pytest.mark.usefixtures("elsewhere")
    def test_a_day_is_the_readers_own_and_may_have_25_hours(self) -> None:
        """2026-11-01 in New York: 04:00 UTC to 05:00 UTC of the next day."""
        start = 1_793_505_600
        on_that_day = parse("due:2026-11-01", SCHEMA).compile(NOW)
        moments = (start - 1, start, start + 25 * HOUR - 1, start + 25 * HOUR)
        assert [on_that_day(Book("x", due=moment)) for moment in moments] == [False, True, True, False]

    def test_a_glob_of_many_stars_is_no_trap(self) -> None:
        hostile = "title:" + "*a" * 40 + "*b"
        assert not accepts(hostile, Book("a" * 50_000))


class TestWhatIsNotUnderstood:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("bougth>3d", "unknown field 'bougth': did you mean bought?"),
            ("!titel:x", "unknown field 'titel': did you mean title?"),
            ("!zzz:x", "unknown field 'zzz': put it in quotes to search for it as text"),
            ("due<7", "'7' is no time: write due<7d or due<2026-12-01"),
            ("due<2026-13-01", "2026-13-01 is no day of the calendar"),
            ("due<0001-01-01", "0001-01-01 is too far away"),
            ("due:7d", "say before or after: due<7d or due>7d"),
            ("due<never", "never is no point in time: write due:never"),
            ("copies>many", "'many' is no number: write copies>3"),
            ("copies>1e999", "'1e999' is too large"),
            ("title<x", "title is text: write title:x"),
            ("lent:maybe", "lent is yes or no: write lent or !lent"),
            ("lent<3", "lent is yes or no: write lent or !lent"),
        ],
    )
    def test_it_says_what_is_wrong(self, text: str, sentence: str) -> None:
        (problem,) = parse(text, SCHEMA).problems
        assert problem.sentence == sentence
        assert (problem.position, problem.length, problem.incomplete) == (0, len(text), False)

    def test_the_position_is_that_of_the_word(self) -> None:
        (problem,) = parse("old due<soon man", SCHEMA).problems
        assert "old due<soon man"[problem.position :][: problem.length] == "due<soon"

    @pytest.mark.parametrize("text", ["!titel:x", "!zzz:x", "due<7", "!due<7", "title<x", "!lent:maybe", "copies>x"])
    def test_it_never_widens_the_list(self, text: str) -> None:
        assert not accepts(text, Book("anything", lent=True, due=NOW))

    def test_an_unknown_field_is_searched_as_the_text_it_may_be(self) -> None:
        assert accepts("https://acme.io:8082", Book("see HTTPS://acme.io:8082/x"))
        assert not accepts("https://acme.io", Book("anything"))

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("shelf:", "shelf: needs a value, such as shelf:poetry"),
            ("due<", "due< needs a value, such as due<7d"),
            ('title:"', "title: needs a value, such as title:word"),
            ("!", "! negates the word that follows it"),
        ],
    )
    def test_what_is_not_finished_is_left_out_and_said(self, text: str, sentence: str) -> None:
        half = parse(f"old {text}", SCHEMA)
        assert half.terms == (Word("old"),)
        assert [(p.sentence, p.incomplete) for p in half.problems] == [(sentence, True)]

    def test_an_open_quote_reaches_to_the_end_and_is_searched_already(self) -> None:
        half = parse('title:"old m', SCHEMA)
        assert half.terms == (Match("title", "old m"),)
        assert [p.sentence for p in half.problems] == ["the quote is not closed"]

    def test_a_choice_we_do_not_know_is_asked_all_the_same(self) -> None:
        unusual = parse("shelf:comics", SCHEMA)
        assert unusual.compile(NOW)(Book("x", shelf="comics"))
        assert [p.sentence for p in unusual.problems] == ["'comics' is no shelf we know: poetry, prose, maps"]
        assert parse("shelf:po", SCHEMA).problems == ()


class TestCompletion:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["title:", "shelf:", "tags:", "lent", "copies>", "due<", "bought>"]),
            ("t", ["title:", "tags:"]),
            ("!le", ["!lent"]),
            ("lent", []),
            ("NA", ["title:"]),
            ("old sh", ["old shelf:"]),
            ("shelf:p", ["shelf:poetry", "shelf:prose"]),
            ("shelf:", ["shelf:poetry", "shelf:prose", "shelf:maps"]),
            ("due:n", ["due:never"]),
            ("title:x", []),
            ("shelf<", []),
            ('title:"sh', []),
            ("zzz:", []),
        ],
    )
    def test_at_the_end(self, text: str, expected: list[str]) -> None:
        assert complete(text, len(text), SCHEMA) == expected

    def test_in_the_middle_the_rest_stays(self) -> None:
        assert complete("sh man", 2, SCHEMA) == ["shelf: man"]

    def test_every_candidate_is_a_filter_without_errors(self) -> None:
        for line in complete("", 0, SCHEMA):
            assert all(problem.incomplete for problem in parse(line, SCHEMA).problems)


words = st.text(min_size=1, max_size=12).filter(lambda word: not word.isspace())
bits = st.text(alphabet='ab*:"\\!<=> \t\n', min_size=1, max_size=6)
text_fields = st.sampled_from(["title", "tags", "shelf"])
signs = st.sampled_from(["<", "<=", ">", ">="])
dates = st.dates(min_value=date(1970, 1, 1), max_value=date(9000, 12, 31))
times: st.SearchStrategy[Operand] = st.one_of(st.builds(Age, st.integers(0, 10**9)), dates)
numbers: st.SearchStrategy[Operand] = st.floats(allow_nan=False, allow_infinity=False)
globs = st.from_regex(r"[a-z]*\*[a-z*]*", fullmatch=True)
terms: st.SearchStrategy[Term] = st.one_of(
    st.builds(Word, words | bits | st.sampled_from(["lent", "title:x", "https://x"]), st.booleans()),
    st.builds(Flag, st.just("lent"), st.booleans()),
    st.builds(Match, text_fields, words | bits, st.sampled_from(["part", "whole"]), st.booleans()),
    st.builds(Match, text_fields, globs, st.just("glob"), st.booleans()),
    st.builds(Match, text_fields, st.just(""), st.just("whole"), st.booleans()),
    st.builds(Compare, st.just("copies"), signs | st.just("="), numbers, st.booleans()),
    st.builds(Compare, st.sampled_from(["due", "bought"]), signs, times, st.booleans()),
    st.builds(Compare, st.sampled_from(["due", "bought"]), st.just("="), dates | st.none(), st.booleans()),
)
filters = st.lists(terms, max_size=5).map(lambda made: Filter(SCHEMA, tuple(made)))
books = st.builds(
    Book,
    title=st.text(max_size=8),
    shelf=st.sampled_from(["poetry", "prose"]),
    tags=st.lists(st.text(max_size=4), max_size=2).map(tuple),
    lent=st.booleans(),
    copies=st.none() | st.integers(-3, 3),
    due=st.none() | st.floats(0, 4e9) | st.just(math.nan),
    bought=st.none() | st.floats(0, 4e9),
)
typed = st.lists(
    st.sampled_from(
        ["title:", "due<", "7d", '"', "!", " ", "lent", "copies>=", "\\", "x", "*", "2026-01-01", "=", "no:"]
    )
    | st.text(max_size=3),
    max_size=12,
).map("".join)


class TestAnyFilter:
    @given(filters)
    def test_written_down_it_reads_back_the_same(self, made: Filter[Book]) -> None:
        again = parse(made.format(), SCHEMA)
        assert again == made
        assert not [problem for problem in again.problems if "is no shelf" not in problem.sentence]

    @given(st.text() | typed, books)
    def test_any_text_can_be_parsed_compiled_asked_and_tidied(self, text: str, book: Book) -> None:
        made = parse(text, SCHEMA)
        assert made.compile(NOW)(book) in (True, False)
        assert parse(made.format(), SCHEMA) == made
        for problem in made.problems:
            assert 0 <= problem.position <= problem.position + problem.length <= len(text)

    @given(typed, st.integers(0, 30))
    def test_completion_never_fails(self, text: str, cursor: int) -> None:
        for line in complete(text, cursor, SCHEMA):
            assert line.endswith(text[cursor:])

    @given(filters.filter(bool), books)
    def test_it_accepts_what_each_of_its_terms_accepts(self, made: Filter[Book], book: Book) -> None:
        alone = [Filter(SCHEMA, (term,)).compile(NOW)(book) for term in made.terms]
        assert made.compile(NOW)(book) is all(alone)

    def test_both_answers_occur_often_enough_for_the_properties_to_mean_something(self) -> None:
        seen: Counter[bool] = Counter()

        @settings(max_examples=300, database=None)
        @given(terms, books)
        def ask(term: Term, book: Book) -> None:
            seen[Filter(SCHEMA, (term,)).compile(NOW)(book)] += 1

        ask()
        assert min(seen[True], seen[False]) >= 0.15 * seen.total()
