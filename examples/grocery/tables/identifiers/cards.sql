select
    'grocery' as source,
    household_id as record_id,
    'loyalty' as kind,
    household_id as value,
    true as is_verified,
    min(bought_at) as first_seen_at,
    max(bought_at) as last_seen_at
from baskets
group by household_id
