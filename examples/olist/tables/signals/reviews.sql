-- One response may speak of several orders.
select
    source,
    concat(review_id, ':', order_id) as signal_id,
    record_id,
    review_id as response_id,
    concat(order_id, ':review') as invitation_id,
    case
        when delivered_at is not null then concat(order_id, ':delivery')
        when order_status = 'delivered' then concat(order_id, ':order')
        else concat(order_id, ':broken_promise')
    end as encounter_id,
    cast(review_answer_timestamp as timestamptz) as signalled_at,
    'direct' as kind,
    'review' as instrument,
    'review_score' as item,
    'overall' as factor,
    review_score as score,
    1 as scale_low,
    5 as scale_high,
    nullif(trim(concat_ws(chr(10), review_comment_title, review_comment_message), ' ' || chr(10)), '') as text,
    case when text is not null then 'pt' end as language
from order_reviews
inner join all_orders using (order_id)
