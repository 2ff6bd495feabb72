select
    source,
    order_id as transaction_id,
    line,
    record_id,
    ordered_at,
    'web' as channel,
    product_id as product,
    coalesce(product_category_name_english, product_category_name) as category,
    1 as quantity,
    -- Freight goes to the carrier; it is no revenue.
    cast(round(price * 100) as bigint) as revenue,
    concat(order_id, ':order') as encounter_id
from all_orders
inner join all_items using (order_id)
left join products using (product_id)
left join category_translation using (product_category_name)
where order_status not in ('canceled', 'unavailable')
