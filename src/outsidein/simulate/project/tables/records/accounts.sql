select
    'shop' as source,
    account_number as record_id,
    given_name,
    family_name,
    gender,
    born_on,
    street,
    postcode,
    city,
    region,
    'Portugal' as country,
    language,
    registered_at as first_seen_at,
    registered_at as recorded_at,
    customer_group as trait_group
from shop_accounts
