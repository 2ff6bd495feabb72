"""Least squares from cross-moments, for many bootstrap draws at once."""

import numpy as np

from outsidein.stats.factors.ratings import Floats, Ints

RIDGE = 1e-9
"""Of the largest diagonal: factors that always fail together share the effect evenly."""


def coefficients(cross: Floats, *, on: Ints, of: int) -> Floats:
    """Regress one column on others, from the sums of their products.

    Args:
        cross: Draws by columns by columns: weighted sums of products.
        on: Columns that explain; the first is the constant.
        of: Column explained.

    Returns:
        Draws by explaining columns.
    """
    A = cross[..., on[:, None], on]
    b = cross[..., on, of]
    scale = RIDGE * np.einsum("...ii->...i", A).max(axis=-1)
    A = A + scale[..., None, None] * np.eye(len(on))
    solved: Floats = np.linalg.solve(A, b[..., None])[..., 0]
    return solved


def jackknife_errors(blocks: Floats, *, on: Ints, of: int) -> Floats:
    """Estimate standard errors of `coefficients` by leaving out one block at a time.

    With few rows behind a coefficient, bootstrap samples and sandwich estimators are too narrow;
    the jackknife errs on the wide side.

    Args:
        blocks: Blocks by columns by columns: weighted sums of products, independent of each other.
        on: Columns that explain; the first is the constant.
        of: Column explained.

    Returns:
        One standard error per explaining column.

    Source:
        MacKinnon & White (1985), "Some heteroskedasticity-consistent covariance matrix estimators
        with improved finite sample properties", Journal of Econometrics 29(3); Bell & McCaffrey
        (2002), "Bias reduction in standard errors for linear regression with multi-stage samples",
        Survey Methodology 28(2).
    """
    total, count = blocks.sum(axis=0), len(blocks)
    without = coefficients(total - blocks, on=on, of=of) - coefficients(total, on=on, of=of)
    errors: Floats = np.sqrt((count - 1) / count * (without**2).sum(axis=0))
    return errors


def residual_spread(cross: Floats, of: int) -> Floats:
    """Return the standard deviation of a column, per draw, from moments with a constant first."""
    weight, total, squares = cross[..., 0, 0], cross[..., 0, of], cross[..., of, of]
    variance = squares / weight - (total / weight) ** 2
    deviation: Floats = np.sqrt(np.maximum(variance, 0.0))
    return deviation


def partial_out(cross: Floats, *, kept: Ints, out: Ints) -> Floats:
    """Return sums of products of `kept` columns after the `out` columns have been regressed away.

    Args:
        cross: Draws by columns by columns.
        kept: Columns to keep.
        out: Columns to take out, the constant among them.
    """
    A = cross[..., out[:, None], out]
    B = cross[..., out[:, None], kept]
    scale = RIDGE * np.einsum("...ii->...i", A).max(axis=-1)
    solved = np.linalg.solve(A + scale[..., None, None] * np.eye(len(out)), B)
    rest: Floats = cross[..., kept[:, None], kept] - np.swapaxes(B, -1, -2) @ solved
    return rest
