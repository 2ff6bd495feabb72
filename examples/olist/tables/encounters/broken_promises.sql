-- Orders that were given up, and orders of which nothing arrived: parcels that did not come, so that
-- the channel of parcels holds all that went wrong with them. No file dates either, so they
-- stand where the customer knew at the latest: at the end of the promised day, or of the data.
select
    source,
    concat(order_id, ':broken_promise') as encounter_id,
    record_id,
    least(promised_at, timestamptz '2018-10-22 23:59:59') as started_at,
    'parcel' as channel,
    case
        when order_status in ('canceled', 'unavailable') then 'cancelled_order'
        else 'missed_delivery'
    end as kind,
    order_id as thread,
    'company' as initiator,
    promised_at
from all_orders
where
    order_status in ('canceled', 'unavailable')
    or (delivered_at is null and order_status <> 'delivered')
