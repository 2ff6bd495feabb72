select
    'shop' as source,
    order_number as transaction_id,
    line,
    account_number as record_id,
    ordered_at,
    channel,
    product,
    category,
    1 as quantity,
    revenue,
    discount,
    cost,
    is_return,
    is_trial
from order_lines
