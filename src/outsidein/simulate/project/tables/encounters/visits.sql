-- A visit is a long wait where the customer waited longer than the standard allows.
select
    'shop' as source,
    visit_number as encounter_id,
    account_number as record_id,
    visited_at as started_at,
    'store' as channel,
    case when wait_seconds > $LONG_WAIT then 'long_wait' else 'visit' end as kind,
    'buy' as task,
    'customer' as initiator,
    store as unit,
    wait_seconds as duration_seconds
from store_visits
