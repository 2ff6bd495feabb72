select
    'shop' as source,
    account_number as record_id,
    'recovered' as metric,
    cast(is_recovered as double) as value,
    cast(complained_at as date) as from_on
from complaints
qualify row_number() over (partition by account_number order by complained_at, complaint_number) = 1
