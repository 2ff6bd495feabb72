"""The shop with texts in English, and a sample of others that people coded by hand."""

import csv
import json
import random

from tests.projects import NEED, write_shop

TEXTS = {
    "late": "the parcel came {} days late",
    "broken": "a {} cup was broken",
    "fine": "{} thanks",
}
COLUMNS = ["text_id", "text", "reason", "people"]
CODING = """
[sample.reasons]
source = "coded_reasons"
language = "en"
votes = "votes"
factors = { late = "delivery" }
"""
STAGED = 'select text_id, "text", reason as code, cast(people as integer) as votes from by_hand'
SIGNALS = """
select 'shop' as source, order_id as signal_id, person_id as record_id, 'direct' as kind,
       ordered_at as signalled_at, 'the parcel was late' as "text", 'factor' as level,
       'own' as subject
from orders
"""


def write_coded_shop(folder, *, coded=120, people=40):
    """Write the project; `coded` texts were coded by two people each, who agreed."""
    write_shop(folder, people=people)
    rng = random.Random(3)  # noqa: S311  no secret
    with (folder / "raw" / "by_hand.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number in range(coded):
            reason = rng.choice(list(TEXTS))
            said = TEXTS[reason].format(rng.choice(["two", "three", "many"]))
            rows.writerow([f"t{number}", f"{said} {number % 7}", reason, 2])
    columns = json.dumps(COLUMNS)
    with (folder / "sources.toml").open("a") as file:
        file.write('[source.by_hand]\nformat = "csv"\npath = "raw/by_hand.csv"\n')
    with (folder / "data_needs.toml").open("a") as file:
        file.write(NEED.format(source="by_hand", columns=columns, state="approved"))
    (folder / "coding.toml").write_text(CODING)
    for name, sql in {"staging/coded_reasons": STAGED, "signals/said": SIGNALS}.items():
        (folder / "tables" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tables" / f"{name}.sql").write_text(sql)
    return folder
