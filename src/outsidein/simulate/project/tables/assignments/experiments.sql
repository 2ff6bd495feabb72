select
    'shop' as source,
    account_number as record_id,
    experiment,
    arm,
    propensity,
    assigned_at,
    is_holdout
from assignments
