select
    'telco' as source,
    concat("Customer ID", ':satisfaction') as signal_id,
    "Customer ID" as record_id,
    counted_on - 1 as signalled_at,
    'direct' as kind,
    'quarterly_survey' as instrument,
    'satisfaction_score' as item,
    'overall' as factor,
    "Satisfaction Score" as score,
    1 as scale_low,
    5 as scale_high
from status
inner join tenures using ("Customer ID")
