-- Each order once: 4,233 of the 15,507 orders of the histories are among the others too.
select
    'olist' as source,
    customer_id as record_id,
    order_id,
    order_status,
    cast(order_purchase_timestamp as timestamptz) as ordered_at,
    cast(order_delivered_customer_date as timestamptz) as delivered_at,
    -- A day is promised, so the promise holds until that day ends.
    cast(
        date_trunc('day', order_estimated_delivery_date) + interval '23:59:59' as timestamptz
    ) as promised_at
from orders
union all
select
    'histories' as source,
    customer_unique_id as record_id,
    order_id,
    order_status,
    cast(order_purchase_timestamp as timestamptz) as ordered_at,
    cast(order_delivered_customer_date as timestamptz) as delivered_at,
    cast(
        date_trunc('day', order_estimated_delivery_date) + interval '23:59:59' as timestamptz
    ) as promised_at
from history_orders
anti join orders using (order_id)
