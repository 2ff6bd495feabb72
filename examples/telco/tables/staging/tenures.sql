-- Contracts are known by their length in months at the end of the quarter, 1 October, the first
-- day without a contract for those who left: all of them left within the quarter.
select
    "Customer ID",
    date '2018-10-01' as counted_on,
    cast(date '2018-10-01' - to_months(cast("Tenure in Months" as integer)) as date) as started_on
from services
