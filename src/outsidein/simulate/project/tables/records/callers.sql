select
    'calls' as source,
    caller_number as record_id,
    name,
    first_called_at as first_seen_at,
    first_called_at as recorded_at
from callers
