select
    'online_retail' as source,
    customer_number as record_id,
    'organisation' as party_kind,
    -- Eight customers moved: the latest country holds.
    nullif(max_by(Country, (invoiced_at, InvoiceNo)), 'Unspecified') as country,
    min(invoiced_at) as first_seen_at
from invoices
where customer_number is not null
group by customer_number
