"""Every file of declarations, as a small valid project has it."""

TOML = {
    "outsidein.toml": """name = "Shop"
currency = "EUR"
timezone = "Europe/Berlin"
country = "DE"
as_of = 2020-01-01
keep_builds = 3
[churn]
rule = "silence"
after_days = 90
[value]
gross_margin = 0.4
horizon_days = 365
discount_rate = 0.1
[ladder]
aware = "encounters > 0 or messages > 0"
trial = "trials > 0"
purchase = "orders >= 1"
multiple_purchase = "orders >= 2"
loyalty = "orders_365d >= 4"
[activity.call]
cost = 850
is_failure = true
[schedule]
build = "02:30"
blank_after_days = 30
[observation]
complete_from = 2018-01-01
[sample.shop]
of = "customers"
drawn = "one in ten"
[profile]
default = "most_recent"
trusted = ["shop"]
fields = { name = "longest", born_on = "most_frequent" }
[identity]
max_records = 50
placeholders = ["nobody"]
least_probability = 0.6
[identity.firewall]
identifier_weight = 20.0
review_cap = 500
[shifts]
period = "month"
smallest = 0.01
[[shifts.known_change]]
on = 2019-06-01
description = "a new till"
cause = "recording"
[publish]
max_rejected = 0.9
max_age_days = 5000
may_be_empty = ["contracts"]
[publish.table.transactions]
max_fall_in_sums = 0.5
[publish.source.orders]
max_fall_in_rows = 0.5
[[tier]]
name = "gold"
top_share = 0.2
[[tier]]
name = "iron"
[[tier]]
name = "lead"
losses = true
""",
    "sources.toml": """[source.orders]
format = "csv"
path = "raw/orders.csv"
separator = ","
thousands = ","
types = { quantity = "INTEGER", amount = "DECIMAL(12,2)", ordered_at = "TIMESTAMP" }
null_values = ["n/a", "-"]
dated_by = "ordered_at"
[source.people]
format = "json"
path = "raw/people.json"
records = "data.people"
[source.sheet]
format = "excel"
path = "raw/sheet.xlsx"
sheet = "Calls"
types = { seconds = "BIGINT" }
dates = { called_on = "%d.%m.%Y" }
[source.answers]
format = "jsonl"
path = ["raw/answers.jsonl"]
encoding = "utf-8"
[source.visits]
format = "parquet"
path = "raw/visits.parquet"
[source.german]
format = "csv"
path = "raw/german.csv"
separator = ";"
encoding = "cp1252"
decimal = ","
thousands = "."
skip_rows = 1
types = { price = "DECIMAL(10,2)", paid = "BOOLEAN" }
dates = { since = "%d.%m.%y %H:%M" }
[source.cards]
format = "sql"
url = "sqlite:///raw/cards.db"
query = "select id, points from cards"
""",
    "data_needs.toml": """[[need]]
source = "orders"
columns = ["order_id", "person_id", "ordered_at", "quantity", "amount"]
department = "marketing"
purpose = "who buys what"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
decided_on = 2019-01-01
retention_days = 3650
[[need]]
source = "people"
columns = ["person_id", "email", "phone", "name", "city", "born_on"]
department = "marketing"
purpose = "who is who"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
[[need]]
source = "sheet"
columns = ["call", "person", "called_on", "seconds"]
department = "service"
purpose = "calls"
owner = "head of service"
approver = "data protection officer"
state = "approved"
[[need]]
source = "answers"
columns = ["id", "person", "at", "score", "words", "stars"]
department = "service"
purpose = "what they say"
owner = "head of service"
approver = "data protection officer"
state = "approved"
[[need]]
source = "german"
columns = ["kunde", "price", "since", "paid"]
department = "sales"
purpose = "contracts"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
[[need]]
source = "visits"
columns = ["visit", "person", "at", "spent"]
department = "sales"
purpose = "who comes"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
[[need]]
source = "cards"
columns = ["id", "points"]
department = "sales"
purpose = "points"
owner = "head of sales"
approver = "data protection officer"
state = "approved"
""",
    "objectives.toml": """[[objective]]
name = "again"
objective = "More buy again"
business_case = "Each further point brings margin."
stakeholders = ["head of sales"]
metric = "share who buy again within 90 days"
baseline = 0.03
baseline_on = 2019-06-30
target = 0.05
due_on = 2020-06-30
cost = 25000
hours = 300
""",
    "segments.toml": """[segment.berlin]
description = "In the capital"
rule = "city = 'Berlin' and (orders + 1) * 2 > 3"
[segment.silent]
rule = "churn_probability > 0.9 or last_on < cast('2019-06-01' as date)"
""",
    "standards.toml": """[standard.waiting]
description = "Nobody waits"
encounters = "kind = 'call'"
measure = "duration_seconds"
period = "week"
owner = "head of service"
[[standard.waiting.target]]
since = 2019-02-01
value = 60
met_by = 0.70
by = "head of service"
reason = "patience ends"
[standard.on_time]
description = "On the day"
encounters = "kind = 'visit'"
missed = "duration_seconds > 60"
unit = "channel"
chart = "share"
review = "year"
owner = "head of service"
[[standard.on_time.target]]
since = 2019-01-01
by = "head of service"
reason = "promised"
[standard.complaints]
description = "Few call"
encounters = "kind = 'visit'"
count = "kind = 'call'"
false_alarm_every = 370
owner = "head of service"
[[standard.complaints.target]]
since = 2019-01-01
by = "head of service"
reason = "promised"
""",
    "factors.toml": """overall = "overall"
period = "quarter"
low_to = 0.25
high_from = 0.9
[factor.delivery]
description = "On the promised day"
answer = "channel"
terms.en = ["delivery", "late", "on time", "rastre*"]
""",
    "beliefs.toml": """author = "head of sales"
sealed_on = 2019-01-15
[[belief]]
factor = "delivery"
class = "hygiene"
""",
    "initiatives.toml": """[[initiative]]
name = "carrier"
factor = "delivery"
work = "restore"
answer = "channel"
owner = "head of service"
cost = 25000
hours = 300
improves = 0.1
begins_on = 2019-02-01
done_on = 2019-05-01
""",
    "coding.toml": """languages = ["en", "de"]
themes = 12
new_within_days = 90
shows_verbatims = true
""",
    "behaviour.toml": """[[rule]]
name = "called_again"
sign = "repeated"
kinds = ["call"]
times = 2
within_days = 7
score = 0.2
factor = "delivery"
[[rule]]
name = "gone"
sign = "silence"
times = 3
at_least = 4
[[rule]]
name = "left_alone"
sign = "abandoned"
kinds = ["visit"]
followed_by = ["transaction"]
within_days = 14
[[rule]]
name = "too_late"
sign = "late"
worst_after_days = 7
[[rule]]
name = "hung_up"
sign = "hang_up"
channels = ["phone"]
outcomes = ["hung up"]
score = 0.1
""",
    "consent.toml": """minimum_response = "service"
[purpose.service]
legal_basis = "contract"
reason = "a response to a problem"
[purpose.news]
legal_basis = "consent"
reason = "they asked"
""",
    "alerts.toml": """[alert.late]
on = "encounters"
rule = "kind = 'call' and duration_seconds >= 2"
issue = "delivery"
severity = 3
team = "desk"
playbooks = ["call"]
randomise = true
hold_out = 0.1
causes = ["carrier", "address"]
live_from = 2019-01-02
open_within_days = 7
[alert.angry]
on = "signals"
rule = "score <= 2"
against = "score > 2"
issue = "loss"
team = "desk"
complaint = true
[alert.quiet]
on = "silence"
rule = "silent_days > 30"
issue = "silence"
team = "desk"
""",
    "teams.toml": """[team.desk]
lead = "Desk"
members = { Desk = "desk@shop.example", Ann = "https://hooks.shop.example/x" }
timezone = "Europe/Berlin"
open = "08:00-18:00"
holidays = "DE-BE"
capacity = 20
days = ["mon", "tue"]
closed_on = [2019-12-24]
respond_within_hours = 8
lapse_after_hours = 80
[mail]
digest_at = 08:00:00
per_run = 200
""",
    "surveys/after.toml": """name = "after"
version = "1"
languages = ["en"]
[responses]
source = "answers"
record = ["shop", "person"]
response_id = "id"
answered_at = "at"
[[item]]
name = "recommend"
instrument = "nps"
column = "score"
wording = { en = "How likely?" }
[asking]
quiet_days = 90
per_year = 4
purposes = ["news"]
[[item]]
name = "delivery"
instrument = "rating"
column = "stars"
scale = [1, 5]
factor = "delivery"
blank = ["-"]
codes = { bad = 1, good = 5 }
ask_if = "recommend >= 0"
wording = { en = "And the delivery?" }
[[item]]
name = "why"
instrument = "text"
column = "words"
ask_if = "recommend <= 6"
wording = { en = "Why?" }
""",
}
