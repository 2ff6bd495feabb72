"""Columns that many tables have."""

from dataclasses import replace

from outsidein.tables.table import Column, Personal

LARGEST_AMOUNT = 10**13
"""Minor units in one row: a hundred billion of most currencies. What lies beyond is an id."""

LONGEST_SECONDS = 100 * 366 * 86_400
"""A century."""

TEXT = Column("string")
MOMENT = Column("timestamp('UTC', 6)")
DAY = Column("date")
COUNT = Column("int64")
MONEY = Column("int64", limit=LARGEST_AMOUNT, is_money=True)  # of the project's currency
SECONDS = Column("int64", limit=LONGEST_SECONDS)
FLAG = Column("boolean")
NUMBER = Column("float64")

PERSONAL_TEXT = Column("string", personal=Personal.DIRECT)
PERSONAL_DAY = Column("date", personal=Personal.DIRECT)
PERSON_KEY = Column("string", personal=Personal.PSEUDONYM)

REQUIRED_TEXT = Column("string", required=True)
REQUIRED_MOMENT = Column("timestamp('UTC', 6)", required=True)
REQUIRED_DAY = Column("date", required=True)
REQUIRED_COUNT = Column("int64", required=True)
REQUIRED_MONEY = replace(MONEY, required=True)
REQUIRED_FLAG = Column("boolean", required=True)
REQUIRED_NUMBER = Column("float64", required=True)
REQUIRED_PERSON_KEY = Column("string", required=True, personal=Personal.PSEUDONYM)

CUSTOMER = {"customer_id": REQUIRED_PERSON_KEY}
RECORD = {"source": REQUIRED_TEXT, "record_id": REQUIRED_PERSON_KEY}
RECORD_PAIR = {**RECORD, "to_source": REQUIRED_TEXT, "to_record_id": REQUIRED_PERSON_KEY}
