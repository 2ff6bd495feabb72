select
    'survey' as source,
    number as record_id,
    given_name,
    family_name,
    first_seen_at,
    first_seen_at as recorded_at
from respondents
