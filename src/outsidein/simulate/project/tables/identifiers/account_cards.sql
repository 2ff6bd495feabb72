select
    'shop' as source,
    account_number as record_id,
    'loyalty' as kind,
    loyalty_card as value,
    registered_at as first_seen_at,
    registered_at as recorded_at
from shop_accounts
where loyalty_card is not null
