with first_baskets as (
    select
        household_id,
        min(bought_at) as first_seen_at
    from baskets
    group by household_id
),

first_mailings as (
    select
        household_id,
        min(cast(start_date as timestamptz)) as first_seen_at
    from campaigns
    inner join campaign_descriptions using (campaign_id)
    group by household_id
),

households as (
    select
        household_id,
        min(first_seen_at) as first_seen_at
    from (
        from first_baskets
        union all
        from first_mailings
    ) as seen
    group by household_id
)

select
    'grocery' as source,
    household_id as record_id,
    first_seen_at,
    age as trait_age,
    income as trait_income,
    household_size as trait_household_size,
    household_comp as trait_household,
    kids_count as trait_children
from households
full join demographics using (household_id)
