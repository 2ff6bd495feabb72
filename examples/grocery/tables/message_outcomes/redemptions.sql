-- Several coupons of one campaign on one day are one answer.
select distinct
    'grocery' as source,
    concat(campaign_id, '-', household_id) as message_id,
    'answered' as outcome,
    redemption_date as happened_at
from coupon_redemptions
