select
    'survey' as source,
    number as record_id,
    'email' as kind,
    email as value,
    first_seen_at as first_seen_at,
    first_seen_at as recorded_at
from respondents
where email is not null
