select
    source,
    concat(order_id, ':order') as encounter_id,
    record_id,
    ordered_at as started_at,
    'web' as channel,
    'order' as kind,
    order_id as thread,
    'customer' as initiator
from all_orders
