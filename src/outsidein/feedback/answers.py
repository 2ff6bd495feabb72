"""Reading raw answers: blanks dropped, codes turned into points."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from outsidein.feedback.item import Code, Item


def answer_text(raw: ir.Value, item: Item) -> ir.StringValue:
    """Return the answers in one raw column; null where there is none.

    Words with a code become their points; points are reversed where a low answer is the better one.
    Other text stays as it is and is rejected later, as no number.
    """
    text = raw.cast("string").strip()
    text_answer = text.nullif("")
    text_answer = ibis.ifelse(
        text_answer.isin(spellings(item.blank)), ibis.null("string"), text_answer
    )
    if item.codes:
        branches = [
            (text_answer == word, ibis.literal(str(points))) for word, points in item.codes.items()
        ]
        text_answer = ibis.cases(*branches, else_=text_answer)
    return _reversed_points(text_answer, item) if item.reversed else text_answer


def spellings(codes: Sequence[Code]) -> list[str]:
    """Return all spellings of codes in a raw table.

    Example:
        >>> spellings([0, "n/a", 2.5])
        ['0', '0.0', 'n/a', '2.5']
    """
    return [spelling for code in codes for spelling in _spellings(code)]


def _spellings(code: Code) -> list[str]:
    is_whole = not isinstance(code, str) and float(code).is_integer()
    return [str(int(code)), f"{int(code)}.0"] if is_whole else [str(code)]


def _reversed_points(answer: ir.StringValue, item: Item) -> ir.StringValue:
    low, high = item.ends or (0.0, 0.0)
    points = answer.try_cast("float64")
    return ibis.ifelse(points.isnull(), answer, (low + high - points).cast("string"))
