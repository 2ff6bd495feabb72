select
    'telco' as source,
    "Customer ID" as record_id,
    "Gender" as gender,
    "City" as city,
    "State" as region,
    "Country" as country,
    started_on as first_seen_at,
    "Senior Citizen" = 'Yes' as trait_is_senior,
    "Married" = 'Yes' as trait_is_married,
    "Dependents" = 'Yes' as trait_has_dependents,
    "Contract" as trait_contract,
    coalesce("Internet Type", 'None') as trait_internet,
    "Phone Service" = 'Yes' as trait_has_phone,
    "Online Security" = 'Yes' as trait_has_online_security,
    "Premium Tech Support" = 'Yes' as trait_has_premium_support,
    "Unlimited Data" = 'Yes' as trait_has_unlimited_data,
    coalesce("Offer", 'None') as trait_offer,
    "Number of Referrals" as trait_referrals
from demographics
inner join location using ("Customer ID")
inner join services using ("Customer ID")
inner join tenures using ("Customer ID")
