select
    'telco' as source,
    concat("Customer ID", ':reason') as signal_id,
    "Customer ID" as record_id,
    counted_on as signalled_at,
    'direct' as kind,
    'exit_interview' as instrument,
    'reason' as item,
    factor,
    subject,
    "Churn Reason" as text,
    'en' as language
from status
inner join tenures using ("Customer ID")
left join reason_factors on "Churn Reason" = reason
where "Churn Label" = 'Yes'
