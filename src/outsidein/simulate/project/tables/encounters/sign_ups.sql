select
    'shop' as source,
    concat('sign_up:', account_number) as encounter_id,
    account_number as record_id,
    registered_at as started_at,
    'web' as channel,
    'sign_up' as kind,
    'customer' as initiator,
    true as is_anticipated
from shop_accounts
