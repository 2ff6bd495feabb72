select
    'histories' as source,
    customer_unique_id as record_id,
    'loyalty' as kind,
    customer_unique_id as value,
    cast(min(order_purchase_timestamp) as timestamptz) as first_seen_at,
    cast(max(order_purchase_timestamp) as timestamptz) as last_seen_at
from history_orders
group by customer_unique_id
