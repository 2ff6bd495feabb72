select
    'online_retail' as source,
    InvoiceNo as encounter_id,
    customer_number as record_id,
    invoiced_at as started_at,
    'web' as channel,
    -- A credit note without goods grants a discount or a commission; nothing came back.
    -- Nor did it where all of it was cancelled on the day of the order.
    case
        when is_cancelled and not is_credit then 'cancelled_order'
        when is_cancelled then 'cancellation'
        when not is_credit then 'order'
        when has_goods then 'return'
        else 'credit'
    end as kind,
    'customer' as initiator,
    Country as market
from invoices
