select
    order_id,
    order_item_id as line,
    product_id,
    price
from order_items
union all
select
    order_id,
    row_number() over (
        partition by order_id
        order by
            product_id,
            price
    ) as line,
    product_id,
    price
from history_items
anti join orders using (order_id)
