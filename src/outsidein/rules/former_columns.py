"""Columns that rules may still name as they were called before."""

import warnings

from sqlglot import exp

from outsidein.errors import FormerNameWarning

FORMER_COLUMNS = {
    "broke_off_on": "churned_on",
    "breakoff_probability": "churn_probability",
    "is_broken_off": "is_churned",
}
"""Former name of a column of `customers`, and its present one."""


def rename_former_columns(condition: exp.Expr) -> exp.Expr:
    """Give the columns of a condition their present names, with a warning for each former one."""
    for column in list(condition.find_all(exp.Column)):
        if present := FORMER_COLUMNS.get(column.name):
            message = (
                f"The column {column.name!r} is called {present!r} now. Rename it in the rule."
            )
            warnings.warn(message, FormerNameWarning, stacklevel=2)
            column.set("this", exp.to_identifier(present))
    return condition
