select
    'shop' as source,
    account_number as record_id,
    'email' as kind,
    email as value,
    registered_at as first_seen_at,
    registered_at as recorded_at
from shop_accounts
where email is not null
