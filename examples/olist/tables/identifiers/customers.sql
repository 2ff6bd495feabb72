select
    'olist' as source,
    customer_id as record_id,
    'loyalty' as kind,
    customer_unique_id as value,
    cast(order_purchase_timestamp as timestamptz) as first_seen_at,
    first_seen_at as last_seen_at
from customers
inner join orders using (customer_id)
