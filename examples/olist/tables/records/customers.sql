-- This system makes a new customer_id for each order.
select
    'olist' as source,
    customer_id as record_id,
    customer_city as city,
    customer_state as region,
    'Brazil' as country,
    cast(order_purchase_timestamp as timestamptz) as first_seen_at,
    first_seen_at as recorded_at
from customers
inner join orders using (customer_id)
