"""A second engine can follow: each engine that can match is listed."""

import ibis
import pytest

from outsidein.errors import InputError
from outsidein.identity.matching.engines import matcher_on


def test_an_engine_without_a_matcher_is_refused_with_the_engines_that_have_one():
    class Elsewhere(ibis.backends.duckdb.Backend):
        name = "elsewhere"

    with pytest.raises(InputError, match="cannot be matched on elsewhere; use duckdb"):
        matcher_on(Elsewhere())
