select
    'billing' as source,
    number as record_id,
    number as contract_id,
    'subscription' as product,
    started_on,
    ended_on,
    reason,
    $PRICE as price,
    $COST as cost,
    'month' as period
from subscriptions
