select
    'sfo' as source,
    concat(respondent, ':', factor) as signal_id,
    respondent as record_id,
    respondent as response_id,
    respondent as invitation_id,
    make_date(survey_year, 5, 15) as signalled_at,
    'direct' as kind,
    'passenger_survey' as instrument,
    factor as item,
    factor,
    score,
    1 as scale_low,
    5 as scale_high
from scores
