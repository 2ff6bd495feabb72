"""A small real project of people whom two systems know under slightly different names."""

import random

from tests.projects import NEED

PROJECT = """
name = "People"
currency = "EUR"
timezone = "Europe/Berlin"
country = "DE"
as_of = 2020-01-01
"""
SOURCES = """
[source.people]
format = "csv"
path = "raw/people.csv"
[source.letters]
format = "csv"
path = "raw/letters.csv"
"""
COLUMNS = ("source", "number", "given", "family", "born", "street", "postcode", "city", "email")
FILES = {
    "outsidein.toml": PROJECT,
    "sources.toml": SOURCES,
    "objectives.toml": "",
    "segments.toml": "",
    "tables/records/people.sql": """
select source, number as record_id, given as given_name, family as family_name,
       try_cast(born as date) as born_on, street, postcode, city from people""",
    "tables/identifiers/people.sql": """
select source, number as record_id, 'email' as kind, email as value from people
where email is not null""",
    "tables/messages/letters.sql": """
select 'crm' as source, letter as message_id, number as record_id, sent_at, 'post' as channel
from letters""",
}
GIVEN = ("Anna", "Ben", "Carla", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara")
FAMILY = ("Albers", "Brandt", "Conrad", "Decker", "Ebert", "Fuchs", "Graf", "Hahn", "Jung", "Kraus")
STREETS = ("Allee", "Bergweg", "Dorfplatz", "Eichweg", "Feldweg", "Gartenweg", "Hauptstrasse")


def write_people(folder, *, people=150, seed=1):
    """Write the project; each person is in the CRM, and two thirds are on the web shop too."""
    rng = random.Random(seed)  # noqa: S311  no secret
    rows = [row for number in range(people) for row in _records(number, rng)]
    needs = NEED.format(source="people", columns=list(COLUMNS), state="approved") + NEED.format(
        source="letters", columns='["letter", "number", "sent_at"]', state="approved"
    )
    texts = FILES | {
        "data_needs.toml": needs.replace("'", '"'),
        "raw/people.csv": _csv(COLUMNS, rows),
        "raw/letters.csv": _csv(
            ("letter", "number", "sent_at"),
            [("l1", "c0", "2019-06-01 08:00:00"), ("l2", "c0", "2020-02-01 08:00:00")],
        ),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def add_people(folder, rows):
    """Append records of the columns `COLUMNS`."""
    with (folder / "raw" / "people.csv").open("a", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in rows)


def _records(number, rng):
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    born = f"{rng.randrange(1940, 2003)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    street = f"{rng.choice(STREETS)} {rng.randrange(1, 90)}"
    postcode = f"{rng.randrange(10_000, 99_999)}"
    home = (street, postcode, "Berlin" if number % 2 else "Kiel")
    mail = f"{given}.{family}.{number}@mail.de".lower() if number % 3 else ""
    yield ("crm", f"c{number}", given, family, born, *home, mail)
    if number % 3 != 2:
        spelt = family[:2] + family[3:] if rng.random() < 0.3 else family
        yield ("web", f"w{number}", given, spelt, born, *home, "")


def _csv(columns, rows):
    return "\n".join(",".join(row) for row in [columns, *rows]) + "\n"
