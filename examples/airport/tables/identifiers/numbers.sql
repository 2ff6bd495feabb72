select
    'sfo' as source,
    respondent as record_id,
    'respondent' as kind,
    respondent as value,
    true as is_verified,
    make_date(survey_year, 5, 15) as first_seen_at
from answers
