select
    'histories' as source,
    customer_unique_id as record_id,
    customer_state as region,
    'Brazil' as country,
    cast(min(order_purchase_timestamp) as timestamptz) as first_seen_at,
    first_seen_at as recorded_at
from history_customers
inner join history_orders using (customer_unique_id)
group by
    customer_unique_id,
    customer_state
