select
    'grocery' as source,
    concat(campaign_id, '-', household_id) as message_id,
    household_id as record_id,
    'mail' as channel,
    'coupons' as topic,
    'marketing' as purpose,
    campaign_type as campaign,
    start_date as sent_at,
    'sent' as status
from campaigns
inner join campaign_descriptions using (campaign_id)
