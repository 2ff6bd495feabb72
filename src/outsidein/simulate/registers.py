"""What each system knows of a person: several records per customer, some typed wrongly."""

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from outsidein.simulate.column_buffer import Bools, Ints
from outsidein.simulate.declaration import Firm
from outsidein.simulate.names import CITIES, FAMILY, GIVEN, STREETS
from outsidein.simulate.people import DAY, People, seconds
from outsidein.simulate.streams import Process, stream
from outsidein.simulate.typing_errors import misspellings, wrong_digit

SLIPS = 3
"""Wrongly typed versions of each name."""

SECOND_AFTER = 60 * DAY
"""When a second account is opened (seconds after joining)."""

HAS_PHONE, HAS_CARD = 0.95, 0.6
"""Shares of accounts with a phone number and with a loyalty card."""

FIRST_ACCOUNT, SECOND_ACCOUNT, CALLER, RESPONDENT, SUBSCRIBER = 1, 2, 5, 7, 9
"""Last digits of the numbers that systems give to one customer."""


@dataclass(frozen=True, eq=False)
class Persons:
    """Names, addresses and numbers of the customers of a block; one element per customer."""

    given_name: Ints
    family: tuple[Ints, Ints]
    is_female: Bools
    born: Ints
    phone: Ints
    has_phone: Bools
    has_card: Bools
    city: Ints
    street: Ints
    house: Ints
    has_second: Bools


class Spellings:
    """All names, each followed by its wrongly typed versions."""

    def __init__(self, *, seed: int) -> None:
        rng = stream(seed, Process.VOCABULARY, 1)
        given_name = [*GIVEN["female"], *GIVEN["male"]]
        self.given_name = pa.array([n for name in given_name for n in _versions(name, rng)])
        self.family = pa.array([n for name in FAMILY for n in _versions(name, rng)])
        self.given_ascii = pa.array([_ascii(name) for name in self.given_name.to_pylist()])
        self.family_ascii = pa.array([_ascii(name) for name in self.family.to_pylist()])


def _versions(name: str, rng: np.random.Generator) -> list[str]:
    return [name, *misspellings(name, rng, versions=SLIPS)]


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower()


def persons(firm: Firm, rng: np.random.Generator, people: People) -> Persons:
    """Draw names, addresses and numbers; some live with the customer before them."""
    size, identity = len(people), firm.identity
    female = rng.random(size) < 0.5  # noqa: PLR2004  half of them
    each = len(GIVEN["female"])
    given_name = rng.integers(0, each, size) + np.where(female, 0, each)
    family = rng.integers(0, len(FAMILY), (2, size))
    city, street = rng.integers(0, len(CITIES), size), rng.integers(0, len(STREETS), size)
    house = rng.integers(1, 200, size)
    mobile = _mobile(people.number)
    landline = 210_000_000 + _scrambled(people.number)
    place = np.arange(size)
    second = (place % 2 == 1) & (rng.random(size) < 2 * identity.household)
    host = np.where(second, place - 1, place)
    shares = rng.random(size) < identity.shared_phone
    joint = np.zeros(size, np.bool_)
    joint[host[second]] = shares[host[second]]
    phone = np.where(joint[host], landline[host], mobile)
    late = people.joined + SECOND_AFTER >= seconds(firm.as_of)
    return Persons(
        given_name=given_name,
        family=(family[0], family[1][host]),
        is_female=female,
        born=rng.integers(-12_000, 12_500, size),
        phone=phone,
        has_phone=rng.random(size) < HAS_PHONE,
        has_card=rng.random(size) < HAS_CARD,
        city=city[host],
        street=street[host],
        house=house[host],
        has_second=(rng.random(size) < identity.second_account) & ~late,
    )


def _scrambled(numbers: Ints) -> Ints:
    """Seven digits that do not follow each other; a permutation of 10 million."""
    return np.asarray((numbers * 7_654_321 + 1_234_567) % 10_000_000)


def _mobile(numbers: Ints) -> Ints:
    prefix = np.array([91, 92, 93, 96])[numbers // 10_000_000 % 4]
    return np.asarray(prefix * 10_000_000 + _scrambled(numbers))


def numbered(people: People, digit: int) -> Ints:
    """Return the numbers by which a system knows customers.

    Example:
        >>> from outsidein.simulate.declaration import read_firm
        >>> from outsidein.simulate.people import people
        >>> customers = people(read_firm(), seed=1, block=0, first=0, size=3)
        >>> numbered(customers, CALLER)
        array([ 5, 15, 25])
    """
    return np.asarray(people.number * 10 + digit)


def accounts(
    firm: Firm, rng: np.random.Generator, people: People, registered: Persons, spelt: Spellings
) -> pa.Table:
    """The shop's accounts: one row per account, two for some customers."""
    second = np.flatnonzero(registered.has_second)
    who = np.concatenate([np.arange(len(people)), second])
    is_second = np.arange(len(who)) >= len(people)
    digit = np.where(is_second, SECOND_ACCOUNT, FIRST_ACCOUNT)
    slips = _slips(firm, rng, (2, len(who)))
    cities = [pa.array(column).take(registered.city[who]) for column in zip(*CITIES, strict=True)]
    has_phone = registered.has_phone[who] | is_second
    joined = people.joined[who] + rng.integers(8 * 3600, 20 * 3600, len(who))
    return pa.table(
        {
            "account_number": people.number[who] * 10 + digit,
            "given_name": spelt.given_name.take(
                registered.given_name[who] * (SLIPS + 1) + slips[0]
            ),
            "family_name": _families(registered, spelt, who, slips[1]),
            "gender": pa.array(["m", "f"]).take(registered.is_female[who].astype(np.int64)),
            "born_on": _dates(registered.born[who]),
            "email": _email(registered, spelt, people, who, is_second=is_second),
            "phone": _text_or_null(registered.phone[who], has_phone),
            "loyalty_card": _text_or_null(
                people.number[who] + 70_000_000, registered.has_card[who] & ~is_second
            ),
            "street": _street(registered, who),
            "postcode": cities[1],
            "city": cities[0],
            "region": cities[2],
            "language": pa.array(["en", "pt"]).take(people.portuguese[who].astype(np.int64)),
            "customer_group": pa.array(list(firm.segment)).take(people.segment[who]),
            "registered_at": moments(joined + np.where(is_second, SECOND_AFTER, 0)),
        }
    )


def callers(
    firm: Firm,
    rng: np.random.Generator,
    people: People,
    registered: Persons,
    spelt: Spellings,
    *,
    who: Ints,
    first_at: Ints,
) -> pa.Table:
    """The call centre's records: who rang, by name and phone as the agent typed them."""
    slips = _slips(firm, rng, (2, len(who)))
    wrong = rng.random(len(who)) < firm.identity.typing_errors
    phone = np.where(wrong, wrong_digit(registered.phone[who], rng), registered.phone[who])
    shows_card = registered.has_card[who] & (rng.random(len(who)) < 0.5)  # noqa: PLR2004  half of them
    given_name = spelt.given_name.take(registered.given_name[who] * (SLIPS + 1) + slips[0])
    return pa.table(
        {
            "caller_number": numbered(people, CALLER)[who],
            "name": pc.binary_join_element_wise(
                given_name, _families(registered, spelt, who, slips[1]), " "
            ),
            "phone": pc.cast(pa.array(phone), pa.string()),
            "loyalty_card": _text_or_null(people.number[who] + 70_000_000, shows_card),
            "first_called_at": moments(first_at),
        }
    )


def contacts(
    firm: Firm,
    rng: np.random.Generator,
    people: People,
    registered: Persons,
    spelt: Spellings,
    *,
    who: Ints,
    digit: int,
    first_at: Ints,
) -> pa.Table:
    """The records of the survey tool, or of billing: name and e-mail."""
    wrong = rng.random(len(who)) < firm.identity.typing_errors
    slip = np.where(wrong, rng.integers(1, SLIPS + 1, len(who)), 0)
    return pa.table(
        {
            "number": numbered(people, digit)[who],
            "given_name": spelt.given_name.take(registered.given_name[who] * (SLIPS + 1)),
            "family_name": _families(registered, spelt, who, np.zeros(len(who), np.int64)),
            "email": _email(
                registered, spelt, people, who, is_second=np.zeros(len(who), np.bool_), slip=slip
            ),
            "first_seen_at": moments(first_at),
        }
    )


def moments(at: Ints) -> pa.Array:
    """Seconds since 1970 as moments of UTC."""
    return pa.array(at * 1_000_000, pa.timestamp("us", tz="UTC"))


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.date32())


def _slips(firm: Firm, rng: np.random.Generator, size: tuple[int, int]) -> Ints:
    """Which version of a name is typed: 0 is the right one."""
    wrong = rng.random(size) < firm.identity.typing_errors
    return np.where(wrong, rng.integers(1, SLIPS + 1, size), 0)


def _families(registered: Persons, spelt: Spellings, who: Ints, slip: Ints) -> pa.Array:
    of_mother = spelt.family.take(registered.family[0][who] * (SLIPS + 1))
    of_father = spelt.family.take(registered.family[1][who] * (SLIPS + 1) + slip)
    return pc.binary_join_element_wise(of_mother, of_father, " ")


def _email(
    registered: Persons,
    spelt: Spellings,
    people: People,
    who: Ints,
    *,
    is_second: Bools,
    slip: Ints | None = None,
) -> pa.Array:
    version = np.zeros(len(who), np.int64) if slip is None else slip
    given_name = spelt.given_ascii.take(registered.given_name[who] * (SLIPS + 1) + version)
    family = spelt.family_ascii.take(registered.family[1][who] * (SLIPS + 1))
    number = pc.cast(pa.array(people.number[who]), pa.string())
    host = pa.array(["@mail.test", "@post.test"]).take(is_second.astype(np.int64))
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(given_name, family, number, "."), host, ""
    )


def _street(registered: Persons, who: Ints) -> pa.Array:
    house = pc.cast(pa.array(registered.house[who]), pa.string())
    return pc.binary_join_element_wise(pa.array(STREETS).take(registered.street[who]), house, " ")


def _text_or_null(numbers: Ints, there: Bools) -> pa.Array:
    return pc.if_else(there, pc.cast(pa.array(numbers), pa.string()), pa.scalar(None, pa.string()))
