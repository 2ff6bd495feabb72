select
    'sfo' as source,
    respondent as record_id,
    make_date(survey_year, 5, 15) as first_seen_at,
    case language_code
        when '1' then 'English'
        when '2' then 'Spanish'
        when '3' then 'Chinese'
        when '4' then 'Japanese'
    end as trait_language,
    cast(survey_year as bigint) as trait_survey_year
from answers
