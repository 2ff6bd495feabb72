"""A shop that asks its customers, written to a folder."""

from tests.projects import NEED, write_shop

SURVEY = """
name = "after_delivery"
version = "2"
languages = ["en", "pt"]

[responses]
source = "survey_export"
record = ["shop", "person"]
response_id = "ResponseId"
answered_at = "EndDate"
invitation_id = "invite"
language = "UserLanguage"
where = "Finished = 'True'"

[invitations]
source = "survey_contacts"
record = ["shop", "person"]
invitation_id = "invite"
invited_at = "sent"
inclusion_probability = "p"
channel = "channel"
status = "state"
statuses = { Opened = "opened", Sent = "sent" }

[[item]]
name = "recommend"
instrument = "nps"
column = "Q1_NPS"
factor = "overall"
wording.en = "How likely are you to recommend us?"
wording.pt = "Qual a probabilidade de nos recomendar?"

[[item]]
name = "satisfied"
instrument = "csat"
column = "Q2"
scale = [1, 5]
blank = [0, 6, "n/a"]
codes = { "Very satisfied" = 5 }

[[item]]
name = "effort"
instrument = "ces"
column = "Q3"
scale = [1, 7]
reversed = true
ask_if = "satisfied <= 2"

[[item]]
name = "bags"
instrument = "kano"
functional = "Q5a"
dysfunctional = "Q5b"
factor = "bags"

[[item]]
name = "why"
instrument = "ladder"
columns = ["L1", "L2", "L3"]

[[item]]
name = "heard_from"
instrument = "choice"
column = "Q6"
separator = ";"

[[item]]
name = "comment"
instrument = "text"
column = "Q7"

[[item]]
name = "rival"
instrument = "rating"
column = "Q8"
scale = [1, 5]
subject = "competitor"
brand = "Acme"
factor = "delivery"
"""

COLUMNS = (
    "ResponseId,EndDate,Finished,invite,person,UserLanguage,Q1_NPS,Q2,Q3,Q5a,Q5b,L1,L2,L3,Q6,Q7,Q8"
)
EXPORT = f"""{COLUMNS}
R1,2019-06-01 10:00,True,i1,p1,EN,9,Very satisfied,,1,5,price,saving,calm,friend;advert,"Ok, so",3
R2,2019-06-02 10:00:00,True,i2,p2,PT,3,1,2,,,speed,,freedom,,,
R3,2019-06-03 10:00:00,False,i3,p3,EN,10,5,,,,,,,,,
R4,2019-06-04 10:00:00,True,i4,p4,EN,11,6,,,,,,,,,soso
"""
CONTACTS = """invite,person,sent,p,channel,state
i1,p1,2019-05-30 08:00:00,0.5,mail,Opened
i2,p2,2019-05-30 08:00:00,1,mail,Opened
i3,p3,2019-05-30 08:00:00,0.5,mail,Sent
i4,p4,2019-05-30 08:00:00,0.5,mail,Sent
i5,p5,2019-05-30 08:00:00,0.5,mail,Sent
i6,p6,2019-05-30 08:00:00,0,mail,Sent
"""
SOURCES = """
[source.survey_export]
format = "csv"
path = "raw/export.csv"
[source.survey_contacts]
format = "csv"
path = "raw/contacts.csv"
"""


def quoted(columns):
    """Column names as a TOML list."""
    return "[" + ", ".join(f'"{name}"' for name in columns.split(",")) + "]"


def write_surveyed(folder, *, survey=SURVEY, behaviour=None, people=40):
    """Write the shop with a survey."""
    write_shop(folder, people=people)
    (folder / "surveys").mkdir()
    (folder / "surveys" / "after_delivery.toml").write_text(survey, encoding="utf-8")
    (folder / "raw" / "export.csv").write_text(EXPORT, encoding="utf-8")
    (folder / "raw" / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    if behaviour:
        (folder / "behaviour.toml").write_text(behaviour, encoding="utf-8")
    with (folder / "sources.toml").open("a") as file:
        file.write(SOURCES)
    contacts = CONTACTS.splitlines()[0]
    with (folder / "data_needs.toml").open("a") as file:
        for source, columns in (("survey_export", COLUMNS), ("survey_contacts", contacts)):
            file.write(NEED.format(source=source, columns=quoted(columns), state="approved"))
    return folder
