select
    'shop' as source,
    account_number as record_id,
    message_number as message_id,
    'mailing' as system,
    'email' as channel,
    campaign as topic,
    'marketing' as purpose,
    campaign,
    sent_at,
    'sent' as status,
    cost
from messages
