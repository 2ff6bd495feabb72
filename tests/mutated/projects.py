"""Projects whose files are spoiled at random, and how they are written."""

import re
import zipfile
from io import BytesIO
from random import Random

from tests.hostile import HOSTILE_TEXTS
from tests.mutated.base_declarations import TOML
from tests.mutated.base_project import BINARY, PROJECT, SQL
from tests.mutated.data_files import DATA_SPOILERS
from tests.mutated.odd_values import CONDITIONS, ENCODINGS, SQL_TOKENS, TOML_VALUES
from tests.mutated.writing import cell, changed, quoted

LIKELY = 0.8

_SETTING = re.compile(r"^(\S+) = (.*)$", re.MULTILINE)
_INLINE = re.compile(r'(?<== )[^\s{\["][^\n,}]*(?=[,}\n])|"[^"\n]*"')
_RULES = (
    "rule|aware|trial|purchase|multiple_purchase|loyalty|encounters|missed|count|against|ask_if"
)
_RULE = re.compile(rf'^({_RULES}) = ".*"$', re.MULTILINE)
_WITH_RULES = ["segments.toml", "outsidein.toml", "alerts.toml", "standards.toml"]
_OPTIONS = [
    *("separator", "encoding", "decimal", "thousands", "skip_rows", "header_rows", "quote"),
    *("sheet", "records", "explode", "dated_by", "null_values", "format", "path", "url", "table"),
    *("query", "types", "dates"),
]
_TYPES = [
    *("TIMESTAMPTZ", "DATE", "TIME", "BOOLEAN", "SMALLINT", "DOUBLE", "DECIMAL(38,0)"),
    *("DECIMAL(3,3)", "VARCHAR", "BIGINT", "TIMESTAMP"),
]


def spoiled_project(number):
    """Return the files of a project, spoiled in one to four ways; each number has its own."""
    files, rng = dict(PROJECT), Random(number)  # noqa: S311  no secret
    for _ in range(rng.choice([1, 1, 1, 2, 3, 4])):
        rng.choice(_SPOILERS)(rng, files)
    return files


def write_files(folder, files, *, before=()):
    """Write the files of a project to a folder, or what differs from those that lie there."""
    before = dict(before)
    for name in before.keys() - files.keys():
        (folder / name).unlink()
    for name, content in files.items():
        if before.get(name) != content:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def _bytes(rng, files):
    """Change bytes anywhere in a file."""
    name = rng.choice(sorted(files))
    files[name] = changed(rng, files[name])


def _encoding(rng, files):
    name = rng.choice(sorted(set(files) - set(BINARY)))
    text = files[name].decode(errors="replace")
    files[name] = text.encode(rng.choice(ENCODINGS), errors="replace")


def _whole_file(rng, files):
    """Empty or remove a file, or put another in its place."""
    name, other = (rng.choice(sorted(files)) for _ in range(2))
    how = rng.choice(["empty", "remove", "other", "line ends", "no line end", "twice"])
    content = files.pop(name)
    if how != "remove":
        files[name] = {
            "empty": b"",
            "other": files.get(other, b""),
            "line ends": content.replace(b"\n", b"\r"),
            "no line end": content.rstrip(b"\n"),
            "twice": content * 2,
        }[how]


def _toml(rng, files):
    """Change one setting of a TOML file."""
    name, text, one = _one_match(rng, files, TOML, _SETTING)
    if one is None:
        return
    value, odd = _toml_value(rng, one[2]), quoted(rng.choice(HOSTILE_TEXTS))
    others = ["", f"{one[1]}x = {value}", f"{odd} = {value}"]
    line = f"{one[1]} = {value}" if rng.random() < LIKELY else rng.choice(others)
    files[name] = _replaced(text, one, line)


def _toml_value(rng, old):
    """Return another value, most often of the same kind as the old one."""
    if rng.random() < LIKELY:
        alike = [value for value in TOML_VALUES if _kind(value) == _kind(old)]
        texts = [quoted(text) for text in HOSTILE_TEXTS] if _kind(old) == "text" else []
        return rng.choice([*alike, *texts] or TOML_VALUES)
    return rng.choice(TOML_VALUES)


def _kind(value):
    if re.match(r"\d{4}-", value):
        return "day"
    return {'"': "text", "[": "list", "{": "table", "t": "flag"}.get(value[:1], "number")


def _inside_setting(rng, files):
    """Change one text or number inside a list or table of a TOML file."""
    name, text, one = _one_match(rng, files, [*TOML, "playbooks/call.md"], _INLINE)
    if one is not None:
        files[name] = _replaced(text, one, _toml_value(rng, one[0]))


def _table(rng, files):
    """Repeat, remove or rename a table of a TOML file, or move it into another file."""
    heads = re.compile(r"^\[.*\]\n", re.MULTILINE)
    name, text, one = _one_match(rng, files, TOML, heads)
    if one is None:
        return
    following = heads.search(text, one.end())
    end = following.start() if following else len(text)
    body = text[one.start() : end]
    how = rng.choice(["repeat", "remove", "rename", "move", "empty"])
    if how == "move":
        other = rng.choice(sorted(TOML))
        files[other] = files.get(other, b"") + f"\n{body}".encode(errors="replace")
    new = {"repeat": body * 2, "remove": "", "move": "", "empty": one[0]}
    odd = quoted(rng.choice(HOSTILE_TEXTS))
    renamed = re.sub(r"\w+(?=\]+\n)", lambda _: odd, body, count=1)
    files[name] = _replaced(text, (one.start(), end), new.get(how, renamed))


def _option(rng, files):
    """Add an option to a source."""
    text = files.get("sources.toml", b"").decode(errors="replace")
    heads = list(re.finditer(r"^\[source\.\w+\]\n", text, re.MULTILINE))
    if not heads:
        return
    head = rng.choice(heads)
    option, value = rng.choice(_OPTIONS), rng.choice(TOML_VALUES)
    body, *end = text[head.end() :].partition("[source")
    body = re.sub(rf"^{option} = .*\n", "", body, flags=re.MULTILINE)
    files["sources.toml"] = f"{text[: head.end()]}{option} = {value}\n{body}{''.join(end)}".encode()


def _type(rng, files):
    """Give columns of a source other types."""
    text = files.get("sources.toml", b"").decode(errors="replace")
    old = rng.choice(["INTEGER", "DECIMAL(12,2)", "TIMESTAMP", "BIGINT", "BOOLEAN"])
    new = rng.choice(_TYPES)
    files["sources.toml"] = text.replace(f'"{old}"', f'"{new}"').encode(errors="replace")


def _sql(rng, files):
    """Change one word of a model."""
    name, text, word = _one_match(rng, files, SQL, re.compile(r"\w+|'\w*'|[^\w\s]"))
    if word is not None:
        odd = f"'{rng.choice(HOSTILE_TEXTS)}'"
        token = rng.choice(SQL_TOKENS) if rng.random() < LIKELY else odd
        files[name] = _replaced(text, word, token)


def _rule(rng, files):
    """Write another condition."""
    name, text, one = _one_match(rng, files, [*_WITH_RULES, "surveys/after.toml"], _RULE)
    if one is not None:
        rule = quoted(rng.choice(CONDITIONS if rng.random() < LIKELY else HOSTILE_TEXTS))
        files[name] = _replaced(text, one, f"{one[1]} = {rule}")


def _one_match(rng, files, names, pattern):
    """Draw a file and one match of a pattern in it: (name, text, match or None)."""
    name = rng.choice(sorted(names))
    text = files.get(name, b"").decode(errors="replace")
    matches = list(pattern.finditer(text))
    return name, text, rng.choice(matches) if matches else None


def _replaced(text, match, new):
    start, end = match if isinstance(match, tuple) else match.span()
    return (text[:start] + new + text[end:]).encode(errors="replace")


def _inside_workbook(rng, files):
    """Change bytes of one of the parts of the workbook."""
    try:
        with zipfile.ZipFile(BytesIO(files["raw/sheet.xlsx"])) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return
    name = rng.choice(sorted(parts))
    parts[name] = changed(rng, parts[name])
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part, inside in parts.items():
            archive.writestr(part, inside)
    files["raw/sheet.xlsx"] = content.getvalue()


_SPOILERS = [
    *(_bytes, _encoding, _whole_file, _table, _inside_workbook, _option, _option, _type),
    *[_toml] * 5,
    *[_inside_setting] * 4,
    *[cell] * 4,
    *[_sql] * 2,
    *[_rule] * 3,
    *DATA_SPOILERS,
]
