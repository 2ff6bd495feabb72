-- The answer to a customer's first complaint was drawn at random.
select
    'shop' as source,
    account_number as record_id,
    'complaint_playbook' as experiment,
    playbook as arm,
    case playbook $PROPENSITIES end as propensity,
    complained_at as assigned_at,
    complained_at as exposed_at,
    false as is_holdout
from complaints
where playbook is not null
qualify row_number() over (partition by account_number order by complained_at, complaint_number) = 1
