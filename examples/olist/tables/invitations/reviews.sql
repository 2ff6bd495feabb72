-- The shop asks after every order, once it has arrived or the promised day has passed. The chance
-- is that with which the order came into the extract, for it was drawn partly by its stars.
select
    source,
    concat(order_id, ':review') as invitation_id,
    all_orders.record_id,
    'review' as survey,
    'email' as channel,
    case
        when delivered_at is null then concat(order_id, ':order')
        else concat(order_id, ':delivery')
    end as encounter_id,
    coalesce(asked_on, delivered_at, least(promised_at, timestamptz '2018-10-22 23:59:59')) as invited_at,
    1 / design_weight as inclusion_probability,
    case when asked_on is null then 'sent' else 'answered' end as status
from all_orders
inner join orders using (order_id)
left join (
    select
        order_id,
        cast(min(review_creation_date) as timestamptz) as asked_on
    from order_reviews
    group by order_id
) as reviews using (order_id)
