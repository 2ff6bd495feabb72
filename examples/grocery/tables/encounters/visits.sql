select
    'grocery' as source,
    basket_id as encounter_id,
    household_id as record_id,
    bought_at as started_at,
    'store' as channel,
    'checkout' as touchpoint,
    'visit' as kind,
    'customer' as initiator,
    store_id as unit
from baskets
