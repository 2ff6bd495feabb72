select
    'shop' as source,
    complaint_number as encounter_id,
    account_number as record_id,
    complained_at as started_at,
    'web' as channel,
    'complaint' as kind,
    'complain' as task,
    'customer' as initiator,
    playbook as outcome,
    is_recovered as is_resolved,
    caused_by
from complaints
