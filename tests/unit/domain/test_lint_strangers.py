"""What the linter is for: a mapping that passes admits nobody else's tokens, and still those it was written for."""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice
from random import Random

import pytest

from jfconsole.domain.claims import evaluate
from jfconsole.domain.lint_mappings import lint_mapping, passes
from tests.unit.domain.test_lint_mappings import a_mapping, an_integration
from tests.unit.domain.trust_worlds import SHARED, a_tenant, claims_for

STRANGERS = 8


@pytest.mark.parametrize("rounds", [3_600, pytest.param(36_000, marks=pytest.mark.deep)])
def test_what_passes_keeps_strangers_out(rounds: int) -> None:
    random = Random(rounds)
    seen: Counter[str] = Counter()
    passing_on: Counter[str] = Counter()
    for issuer in islice(cycle(SHARED), rounds):
        tenant = a_tenant(random)
        rightful = SHARED[issuer](random, tenant)
        mapping = a_mapping(claims_for(random, rightful))
        assert evaluate([mapping], rightful).winner is not None
        strangers = [SHARED[issuer](random, tenant.stranger(random)) for _ in range(STRANGERS)]
        admitted = any(evaluate([mapping], stranger).winner for stranger in strangers)
        passing = passes(lint_mapping(mapping, an_integration(issuer)))
        assert not (passing and admitted), (issuer, mapping.claims)
        seen[f"{'passes' if passing else 'blocks'}, admits {'a' if admitted else 'no'} stranger"] += 1
        passing_on[issuer] += passing
    print({**seen, **passing_on})
    assert seen["passes, admits no stranger"] >= 0.3 * rounds, seen
    assert seen["blocks, admits a stranger"] >= 0.2 * rounds, seen
    assert min(passing_on[issuer] for issuer in SHARED) >= 0.1 * rounds / len(SHARED), passing_on
