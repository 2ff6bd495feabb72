select
    'shop' as source,
    message_number as message_id,
    1 as position,
    'offer' as kind,
    'discount' as subject,
    discount as value,
    'per cent' as unit,
    sent_at as valid_from_at,
    valid_until as valid_until_at,
    is_kept,
    sent_at as recorded_at
from messages
where discount is not null
