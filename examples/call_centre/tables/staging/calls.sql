-- A caller has asked for a person when the voice menu ends; from then on the clock runs.
select
    *,
    concat("vru+line", '-', call_id) as id,
    timezone(
        'Asia/Jerusalem',
        strptime(concat('19', date, ' ', vru_entry), '%Y%m%d %H:%M:%S')
        + to_seconds(cast(vru_time as integer))
    ) as asked_at,
    nullif(customer_id, '0') as known_id
from bank_calls
