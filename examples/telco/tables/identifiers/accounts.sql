select
    'telco' as source,
    "Customer ID" as record_id,
    'loyalty' as kind,
    "Customer ID" as value,
    true as is_verified,
    started_on as first_seen_at
from tenures
