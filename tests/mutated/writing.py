"""Changes of bytes and of single values in text."""

import json
import re

from tests.hostile import HOSTILE_TEXTS, NUMBERS, TIMES
from tests.mutated.base_project import TEXTS
from tests.mutated.odd_values import ODD_BYTES

_CELL = re.compile(r"[^,;:\"\n{}\[\]]+")


def quoted(text):
    """Write a text as TOML does."""
    return json.dumps(text.encode(errors="replace").decode()).replace("\x7f", "\\u007f")


def changed(rng, content):
    """Insert, cut, repeat or replace some bytes."""
    at = rng.randint(0, len(content))
    to = min(len(content), at + rng.choice([0, 1, 2, 7, 40, 10_000]))
    how = rng.choice(["insert", "insert", "cut", "end", "repeat", "flip", "replace"])
    odd = rng.choice([*ODD_BYTES, rng.randbytes(rng.randint(1, 4))])
    return {
        "insert": content[:at] + odd + content[at:],
        "cut": content[:at] + content[to:],
        "end": content[:at],
        "repeat": content[:at] + content[at:to] * 3 + content[to:],
        "flip": content[:at] + bytes(255 - b for b in content[at:to]) + content[to:],
        "replace": content[:at] + odd + content[to:],
    }[how]


def cell(rng, files):
    """Change one value of raw data."""
    name = rng.choice(sorted(name for name in TEXTS if name.startswith("raw/")))
    text = files.get(name, b"").decode("cp1252" if "german" in name else "utf-8", errors="replace")
    cells = list(_CELL.finditer(text))
    if not cells:
        return
    one = rng.choice(cells)
    value = rng.choice([*HOSTILE_TEXTS, *NUMBERS, *TIMES])
    value = json.dumps(value)[1:-1] if "json" in name else value
    encoding = rng.choice(["utf-8", "cp1252"])
    text = text[: one.start()] + value + text[one.end() :]
    files[name] = text.encode(encoding, errors="replace")
