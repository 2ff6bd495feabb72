-- One row per respondent and item answered on the scale from 1, unacceptable, to 5, outstanding.
-- 0 is blank and 6 never used: neither is an answer.
select
    survey_year,
    respondent,
    factor,
    cast(answer as integer) as score
from answers
unpivot (answer for factor in (
    art,
    food,
    shops,
    signs,
    walkways,
    screens,
    info_arrivals,
    info_departures,
    wifi,
    roads,
    parking,
    airtrain,
    shuttle,
    rental,
    clean_boarding,
    clean_food,
    clean_restrooms,
    overall
))
where answer in ('1', '2', '3', '4', '5')
