"""The true class of a factor, from its true penalty and reward."""

NIL = 0.02
"""Effects below this share of the scale are practically nil."""

ASYMMETRY = 0.33
"""Impact asymmetry beyond which a factor is hygiene (below 0) or an enhancer (above)."""

REPELS = 0.2
"""A penalty of this share of the scale or more, with a reward of nil, makes a destroyer."""


def true_class(penalty: float, reward: float) -> str:
    """Name the class that penalty and reward make.

    Args:
        penalty: Effect of a low rating (at most 0, share of the scale).
        reward: Effect of a high rating (at least 0, share of the scale).

    Example:
        >>> true_class(-0.15, 0.02), true_class(-0.02, 0.14), true_class(-0.3, 0.0)
        ('hygiene', 'enhancer', 'destroyer')
    """
    loss, gain = -penalty, reward
    if max(loss, gain) < NIL:
        return "indifferent"
    if loss >= REPELS and gain < NIL:
        return "destroyer"
    asymmetry = (gain - loss) / (gain + loss)
    if asymmetry <= -ASYMMETRY:
        return "hygiene"
    return "enhancer" if asymmetry >= ASYMMETRY else "performance"
