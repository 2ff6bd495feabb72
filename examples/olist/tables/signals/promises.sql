-- How the promised day was kept: 1 a week early or more, 0.5 on the day, 0 a week late or never. A
-- fourteenth is lost with each day: within a week after the promised day the stars fall from 3.7
-- to 1.9, and hardly any further. What never came belongs to the
-- broken promise, as its review does: orders that went well have no signal of their own.
select
    source,
    concat(order_id, ':promise') as signal_id,
    record_id,
    case
        when delivered_at is not null then concat(order_id, ':delivery')
        when order_status = 'delivered' then concat(order_id, ':order')
        else concat(order_id, ':broken_promise')
    end as encounter_id,
    coalesce(delivered_at, promised_at) as signalled_at,
    'inferred' as kind,
    'promised_day' as instrument,
    'days_late' as item,
    'delivery' as factor,
    case
        when delivered_at is null then 0
        else least(1, greatest(0, 0.5 - (cast(delivered_at as date) - cast(promised_at as date)) / 14))
    end as score,
    0 as scale_low,
    1 as scale_high,
    'rule' as coder
from all_orders
where
    delivered_at is not null
    or order_status not in ('delivered', 'canceled', 'unavailable')
