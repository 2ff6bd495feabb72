select
    'telco' as source,
    "Customer ID" as record_id,
    "Customer ID" as contract_id,
    "Contract" as product,
    started_on,
    case when "Churn Label" = 'Yes' then counted_on end as ended_on,
    -- Five categories compete; the twenty wordings are signals.
    "Churn Category" as reason,
    cast(round("Monthly Charge" * 100) as bigint) as price
from services
inner join tenures using ("Customer ID")
inner join status using ("Customer ID")
