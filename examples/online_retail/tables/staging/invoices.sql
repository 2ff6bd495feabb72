select
    InvoiceNo,
    invoiced_at,
    customer_number,
    Country,
    is_credit,
    bool_or(category in ('goods', 'free goods', 'voucher', 'manual')) as has_goods,
    bool_and(is_cancelled) as is_cancelled
from lines
where own_books is null
group by
    InvoiceNo,
    invoiced_at,
    customer_number,
    Country,
    is_credit
