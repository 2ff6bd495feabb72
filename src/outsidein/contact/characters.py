"""Characters that look alike or are not seen, folded to the plain one."""

import unicodedata

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDED_BY_CATEGORY = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Pd": "-", "Cf": "", "Cc": ""}
_WHITESPACE = frozenset("\t\n\v\f\r")
_MINUS = "\N{MINUS SIGN}"


def fold_characters(text: str) -> str:
    """Replace characters by the plain ones that they stand for.

    Invisible, bidirectional and control characters go. Digits of any script and full-width
    signs become ASCII, spaces and hyphens of any kind plain ones. Letters stay.

    Example:
        >>> fold_characters("٠٣٠\N{NON-BREAKING HYPHEN}\N{ZERO WIDTH SPACE}90")
        '030-90'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    if character.isascii() and (character.isprintable() or character in _WHITESPACE):
        return character
    if ord(character) in _FULL_WIDTH:
        return chr(_FULL_WIDTH[ord(character)])
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if character == _MINUS:
        return "-"
    return _FOLDED_BY_CATEGORY.get(category, character)
