select
    source,
    concat(
        order_id,
        ':',
        row_number() over (
            partition by order_id
            order by
                review_creation_date,
                review_score
        )
    ) as signal_id,
    record_id,
    case
        when delivered_at is not null then concat(order_id, ':delivery')
        when order_status = 'delivered' then concat(order_id, ':order')
        else concat(order_id, ':broken_promise')
    end as encounter_id,
    -- The day of asking; of the answer no more is known than that it did not come before.
    cast(
        date_trunc('day', review_creation_date) + interval '23:59:59' as timestamptz
    ) as signalled_at,
    'direct' as kind,
    'review' as instrument,
    'review_score' as item,
    'overall' as factor,
    review_score as score,
    1 as scale_low,
    5 as scale_high
from history_reviews
inner join all_orders using (order_id)
where source = 'histories'
