select
    'shop' as source,
    account_number as record_id,
    metric,
    value,
    from_on,
    to_on
from measurements
