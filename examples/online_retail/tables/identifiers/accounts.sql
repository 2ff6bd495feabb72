select
    'online_retail' as source,
    customer_number as record_id,
    'loyalty' as kind,
    customer_number as value,
    true as is_verified,
    min(invoiced_at) as first_seen_at,
    max(invoiced_at) as last_seen_at
from invoices
where customer_number is not null
group by customer_number
