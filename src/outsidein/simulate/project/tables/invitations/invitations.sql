select
    'survey' as source,
    respondent_number as record_id,
    invitation_number as invitation_id,
    'monthly' as survey,
    encounter_number as encounter_id,
    'email' as channel,
    invited_at,
    inclusion_probability,
    status
from invitations
