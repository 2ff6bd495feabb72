select
    'grocery' as source,
    basket_id as transaction_id,
    row_number() over (
        partition by basket_id
        order by
            product_id,
            quantity,
            sales_value,
            retail_disc,
            coupon_disc,
            coupon_match_disc
    ) as line,
    household_id as record_id,
    sold_at_utc at time zone 'UTC' as ordered_at,
    'store' as channel,
    product_id as product,
    case
        when product_type like 'GASOLINE%' then 'FUEL'
        else coalesce(product_category, department)
    end as category,
    -- Motor fuel is in thousandths of a gallon, but for fillings written as one piece.
    case
        when product_type like 'GASOLINE%' and quantity > 1 then quantity / 1000
        else quantity
    end as quantity,
    -- What the store receives. A maker's coupon is part of it, for the maker refunds it.
    cast(round(sales_value * 100) as bigint) as revenue,
    -- What the store forgoes: revenue + discount is the price on the shelf.
    cast(round((retail_disc + coupon_match_disc) * 100) as bigint) as discount,
    basket_id as encounter_id
from sales
left join products using (product_id)
-- Voided lines: neither goods nor money moved.
where
    quantity > 0
    or sales_value > 0
    or retail_disc > 0
    or coupon_disc > 0
    or coupon_match_disc > 0
