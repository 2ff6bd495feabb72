select
    'online_retail' as source,
    InvoiceNo as transaction_id,
    line,
    customer_number as record_id,
    invoiced_at as ordered_at,
    'web' as channel,
    StockCode as product,
    category,
    quantity,
    cast(round(quantity * unit_price * 100) as bigint) as revenue,
    -- Credits too: on an order's line money never flows back.
    is_credit as is_return,
    is_cancelled,
    InvoiceNo as encounter_id,
    Country as market
from lines
where own_books is null
