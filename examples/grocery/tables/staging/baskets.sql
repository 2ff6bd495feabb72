select
    household_id,
    basket_id,
    min(store_id) as store_id,
    -- Written without a zone, but in UTC: so read, 1,935 of the 2,102 redemptions fall on a day
    -- with a coupon in a basket (1,680 otherwise), and the stores are quiet at night.
    min(sold_at_utc) at time zone 'UTC' as bought_at
from sales
group by
    household_id,
    basket_id
