select
    'calls' as source,
    caller_number as record_id,
    'loyalty' as kind,
    loyalty_card as value,
    first_called_at as first_seen_at,
    first_called_at as recorded_at
from callers
where loyalty_card is not null
