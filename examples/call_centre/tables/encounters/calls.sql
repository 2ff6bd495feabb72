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
    -- An agent's minute costs 1.90, overheads included; who was not answered cost none.
    case when outcome = 'AGENT' then cast(round(cast(ser_time as integer) * 190 / 60.0) as bigint) else 0 end as cost,
    -- Phantom calls are artefacts of the exchange; they count in no standard. Who never queued
    -- cannot have given up waiting: their calls were dropped, most of them on two days.
    case
        when outcome = 'AGENT' then 'answered'
        when outcome = 'HANG' and cast(q_time as integer) > 0 then 'hang_up'
        when outcome = 'HANG' then 'dropped'
        else 'phantom'
    end as outcome
from calls
