select
    'online_retail' as source,
    InvoiceNo as encounter_id,
    customer_number as record_id,
    invoiced_at as started_at,
    'web' as channel,
    -- A credit note without goods grants a discount or a commission; nothing came back.
    case
        when not is_credit then 'order'
        when has_goods then 'return'
        else 'credit'
    end as kind,
    'customer' as initiator,
    Country as market
from invoices
