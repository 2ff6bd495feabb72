-- One row of the export is a response; here each of its items becomes a row. Recommending is no
-- factor of the offering.
select
    'survey' as source,
    concat(invitation_number, ':', item) as signal_id,
    respondent_number as record_id,
    invitation_number as response_id,
    invitation_number as invitation_id,
    encounter_number as encounter_id,
    answered_at as signalled_at,
    'direct' as kind,
    'monthly' as instrument,
    item,
    case when item <> 'recommend' then item end as factor,
    score,
    case when item = 'recommend' then 0 else 1 end as scale_low,
    case when item = 'recommend' then 10 else 5 end as scale_high
from responses
unpivot (score for item in ($ITEMS))
