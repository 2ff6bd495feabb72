select
    source,
    concat(order_id, ':delivery') as encounter_id,
    record_id,
    delivered_at as started_at,
    'parcel' as channel,
    case
        when delivered_at > promised_at then 'late_delivery'
        else 'delivery'
    end as kind,
    order_id as thread,
    'company' as initiator,
    promised_at,
    delivered_at as actual_at
from all_orders
where delivered_at is not null
