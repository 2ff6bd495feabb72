select
    'shop' as source,
    delivery_number as encounter_id,
    account_number as record_id,
    delivered_at as started_at,
    'parcel' as channel,
    case when delivered_at > promised_at then 'late_delivery' else 'delivery' end as kind,
    'receive' as task,
    order_number as thread,
    'company' as initiator,
    true as is_anticipated,
    depot as unit,
    promised_at,
    delivered_at as actual_at
from deliveries
