select
    'shop' as source,
    message_number as message_id,
    outcome,
    happened_at
from message_events
