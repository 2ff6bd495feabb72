-- The surveyors' weights are relative; a quarter of their inverse keeps every chance below 1.
select
    'sfo' as source,
    respondent as record_id,
    respondent as invitation_id,
    'passenger_survey' as survey,
    cast(survey_year as varchar) as survey_version,
    'gate' as channel,
    make_date(survey_year, 5, 15) as invited_at,
    least(1.0, 0.25 / design_weight) as inclusion_probability,
    'answered' as status
from answers
