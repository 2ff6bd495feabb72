-- A seventh is lost for each day after the promised one: within a week the stars of late orders
-- fall from 3.7 to 1.9, and hardly any further.
select
    source,
    concat(order_id, ':late') as signal_id,
    record_id,
    case
        when delivered_at is null then concat(order_id, ':broken_promise')
        else concat(order_id, ':delivery')
    end as encounter_id,
    coalesce(delivered_at, promised_at) as signalled_at,
    'inferred' as kind,
    'promised_day' as instrument,
    'days_late' as item,
    'delivery' as factor,
    case
        when delivered_at is null then 0
        else greatest(0, 1 - (cast(delivered_at as date) - cast(promised_at as date)) / 7)
    end as score,
    0 as scale_low,
    1 as scale_high,
    'rule' as coder
from all_orders
where
    delivered_at > promised_at
    or (delivered_at is null and order_status not in ('delivered', 'canceled', 'unavailable'))
