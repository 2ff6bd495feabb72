select
    'bank' as source,
    known_id as record_id,
    'loyalty' as kind,
    known_id as value,
    true as is_verified,
    min(asked_at) as first_seen_at
from calls
where known_id is not null
group by known_id
