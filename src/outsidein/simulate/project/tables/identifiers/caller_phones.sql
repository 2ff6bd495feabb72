select
    'calls' as source,
    caller_number as record_id,
    'phone' as kind,
    phone as value,
    first_called_at as first_seen_at,
    first_called_at as recorded_at
from callers
where phone is not null
