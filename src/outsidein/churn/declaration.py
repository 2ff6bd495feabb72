"""What a project means by churning."""

from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from outsidein.project.declarations import Declaration

DAYS_A_MONTH = 30
"""A month of tenure, in days."""


class Silence(NamedTuple):
    """The silence that counts as churning, measured in the customers' own gaps.

    Attributes:
        days: Longest gap between orders of a customer who is still one (days).
        low: Lower limit of the quantile (days); None where the days were declared.
        high: Upper limit of the quantile (days); None where the days were declared.
        n: Gaps between two order days of one customer (count).
    """

    days: int
    low: int | None
    high: int | None
    n: int


class ChurnRule(Declaration):
    """`[churn]`: what counts as churning, and how far ahead it is predicted.

    Attributes:
        rule: "contract": the last contract ended. "silence": no order for longer than
            `after_days`, or than the quantile `habit` of the customers' own gaps.
        after_days: Silence that counts as churning (days).
        habit: Quantile of the gaps between two orders that a silence must exceed (0 to 1).
        horizon_days: How far ahead churn and repurchase are predicted (days).
    """

    rule: Literal["contract", "silence"]
    after_days: int | None = Field(default=None, gt=0)
    habit: float | None = Field(default=None, gt=0, lt=1)
    horizon_days: int = Field(default=90, gt=0)

    @model_validator(mode="after")
    def _silence_is_measured_in_one_way(self) -> Self:
        ways = (self.after_days is not None) + (self.habit is not None)
        if self.rule == "silence" and ways != 1:
            raise ValueError("rule = 'silence' needs either after_days or habit")
        if self.rule == "contract" and ways:
            raise ValueError("rule = 'contract' takes neither after_days nor habit")
        return self

    def sentence(self, silence: Silence | None) -> str:
        """Name the rule in words, as every figure's method does.

        Example:
            >>> rule = ChurnRule(rule="silence", habit=0.95)
            >>> rule.sentence(Silence(183, 181, 185, n=21_304))
            'churned = no order for 183 days, the 95 % quantile of 21,304 gaps between orders'
        """
        if self.rule == "contract":
            return "churned = the last contract ended and none followed by the next day"
        days = silence.days if silence else self.after_days
        if days is None:
            return f"churned = no order for longer than {self._quantile} of the customers' gaps"
        source = f"{self._quantile} of {silence.n:,} gaps between orders" if silence else ""
        declared = "as declared" if self.habit is None else source
        return f"churned = no order for {days} days, {declared}"

    @property
    def _quantile(self) -> str:
        return f"the {100 * (self.habit or 0):g} % quantile"
