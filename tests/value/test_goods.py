from fractions import Fraction

import ibis
import pyarrow as pa

from outsidein.value.declaration import ValueSettings
from outsidein.value.goods import assumed_cost

AMOUNTS = [0, 1, 2, 4_999, 5_000, 10_001, 1_999, 123_456_789_012_345, 10**17 - 1, 10**17]


def test_the_assumed_cost_is_the_share_of_any_amount_rounded_half_away_from_zero(con):
    amounts = [*AMOUNTS, *(-amount for amount in AMOUNTS)]
    revenue = ibis.memtable(pa.table({"revenue": pa.array(amounts, pa.int64())})).revenue
    for steps in (0, 1, 2_875, 5_000, 9_999, 10_000):
        settings = ValueSettings(gross_margin=steps / 10_000)
        costs = con.to_pyarrow(assumed_cost(revenue, settings)).to_pylist()
        share = 1 - Fraction(steps, 10_000)
        nearest = [int(abs(amount) * share + Fraction(1, 2)) for amount in amounts]
        signed = [n if amount >= 0 else -n for n, amount in zip(nearest, amounts, strict=True)]
        assert costs == signed
