select
    'calls' as source,
    call_number as encounter_id,
    caller_number as record_id,
    called_at as started_at,
    'phone' as channel,
    case when is_resolved then 'call' else 'unresolved_call' end as kind,
    'ask' as task,
    'customer' as initiator,
    team as unit,
    agent as employee,
    called_at + to_seconds(wait_seconds) as actual_at,
    wait_seconds + talk_seconds as duration_seconds,
    case when is_hung_up then 'hang_up' else 'answered' end as outcome,
    is_resolved,
    caused_by,
    to_json({'wait_seconds': wait_seconds}) as properties
from calls
