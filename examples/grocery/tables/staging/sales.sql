-- Renamed as a whole, for a model may not name a column that is also a function of the clock.
select * rename (transaction_timestamp as sold_at_utc)
from transactions
