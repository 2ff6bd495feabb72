select
    'survey' as source,
    concat(invitation_number, ':comment') as signal_id,
    respondent_number as record_id,
    invitation_number as response_id,
    invitation_number as invitation_id,
    encounter_number as encounter_id,
    answered_at as signalled_at,
    'direct' as kind,
    'monthly' as instrument,
    'comment' as item,
    comment as text,
    language
from responses
where comment is not null
