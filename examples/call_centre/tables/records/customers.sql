select
    'bank' as source,
    known_id as record_id,
    min(asked_at) as first_seen_at,
    max(cast(priority as bigint)) as trait_priority
from calls
where known_id is not null
group by known_id
