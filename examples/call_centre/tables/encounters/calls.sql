select
    'bank' as source,
    id as encounter_id,
    known_id as record_id,
    asked_at as started_at,
    'phone' as channel,
    'queue' as touchpoint,
    'call' as kind,
    'customer' as initiator,
    nullif(server, 'NO_SERVER') as employee,
    case type
        when 'PS' then 'regular'
        when 'PE' then 'regular in English'
        when 'IN' then 'internet'
        when 'NE' then 'stock exchange'
        when 'NW' then 'prospect'
        when 'TT' then 'called back'
    end as product,
    asked_at + to_seconds(cast(q_time as integer)) as actual_at,
    cast(ser_time as integer) as duration_seconds,
    -- Phantom calls are artefacts of the exchange; they count in no standard.
    case outcome
        when 'AGENT' then 'answered'
        when 'HANG' then 'hang_up'
        else 'phantom'
    end as outcome
from calls
