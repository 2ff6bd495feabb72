"""Columns that many tables have."""

from outsidein.tables.table import Column, Personal

TEXT = Column("string")
MOMENT = Column("timestamp('UTC', 6)")
DAY = Column("date")
COUNT = Column("int64")
MONEY = Column("int64")  # minor units of the project's currency
FLAG = Column("boolean")
NUMBER = Column("float64")

PERSONAL_TEXT = Column("string", personal=Personal.DIRECT)
PERSONAL_DAY = Column("date", personal=Personal.DIRECT)
PERSON_KEY = Column("string", personal=Personal.PSEUDONYM)

REQUIRED_TEXT = Column("string", required=True)
REQUIRED_MOMENT = Column("timestamp('UTC', 6)", required=True)
REQUIRED_DAY = Column("date", required=True)
REQUIRED_COUNT = Column("int64", required=True)
REQUIRED_MONEY = Column("int64", required=True)
REQUIRED_FLAG = Column("boolean", required=True)
REQUIRED_NUMBER = Column("float64", required=True)
REQUIRED_PERSON_KEY = Column("string", required=True, personal=Personal.PSEUDONYM)

CUSTOMER = {"customer_id": REQUIRED_PERSON_KEY}
RECORD = {"source": REQUIRED_TEXT, "record_id": REQUIRED_PERSON_KEY}
RECORD_PAIR = {**RECORD, "to_source": REQUIRED_TEXT, "to_record_id": REQUIRED_PERSON_KEY}
