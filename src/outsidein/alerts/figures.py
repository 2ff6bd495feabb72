"""The figure of what alert rules would have done."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import Better, FigureSpec, Measure

WOULD_FIRE = Measure("would have fired", Unit.NUMBER)
WITHIN_CAPACITY = Measure("within the capacity of {capacity} a working day", Unit.NUMBER)
BUSIEST_DAY = Measure("on the busiest working day", Unit.NUMBER)
PRECISION = Measure("precision: share who churned", Unit.SHARE, Better.MORE)
AT_RISK = Measure("of it at risk", Unit.MONEY)
CUSTOMERS = Measure("customers", Unit.CUSTOMERS)
OF_THEM_TRUE_CHURN = Measure("of them true churn", Unit.CUSTOMERS)
SHARE_OF_OTHERS_WHO_CHURNED = Measure("share of others who churned", Unit.SHARE)
VALUE_EXPECTED = Measure("value expected of these customers", Unit.MONEY, Better.MORE)
HAZARD_JUMP = Measure("hazard jump", Unit.POINTS)

ALERT_TRIAL = FigureSpec(
    "alert_trial",
    "What the alert rules would have done in history",
    ("rule",),
    (
        WOULD_FIRE,
        WITHIN_CAPACITY,
        BUSIEST_DAY,
        CUSTOMERS,
        OF_THEM_TRUE_CHURN,
        PRECISION,
        SHARE_OF_OTHERS_WHO_CHURNED,
        VALUE_EXPECTED,
        HAZARD_JUMP,
        AT_RISK,
    ),
    "Each rule applied alone to all rows of this build, one alert per row. Within capacity: "
    "those of highest value on their working day, up to the capacity of the team. Churn within "
    "{within_days} days: of customers whose days after their first alert are over; "
    "compared with customers the rule was silent on, which is association, not effect. "
    "Money: value expected of these customers as of the build; at risk: times the "
    "difference in churn.",
)
