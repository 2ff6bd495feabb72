select
    'shop' as source,
    account_number as record_id,
    'marketing' as purpose,
    'email' as channel,
    state,
    'consent' as legal_basis,
    effective_at
from shop_consents
