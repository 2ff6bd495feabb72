-- What each reason for leaving is about: the factor, and whose offering it judges.
select
    reason,
    factor,
    subject
from (
    values
        ('Attitude of service provider', 'support', 'own'),
        ('Attitude of support person', 'support', 'own'),
        ('Competitor had better devices', 'device', 'competitor'),
        ('Competitor made better offer', 'offer', 'competitor'),
        ('Competitor offered higher download speeds', 'network', 'competitor'),
        ('Competitor offered more data', 'range', 'competitor'),
        ('Extra data charges', 'price', 'own'),
        ('Lack of affordable download/upload speed', 'price', 'own'),
        ('Lack of self-service on Website', 'self_service', 'own'),
        ('Limited range of services', 'range', 'own'),
        ('Long distance charges', 'price', 'own'),
        ('Network reliability', 'network', 'own'),
        ('Poor expertise of online support', 'support', 'own'),
        ('Poor expertise of phone support', 'support', 'own'),
        ('Price too high', 'price', 'own'),
        ('Product dissatisfaction', 'product', 'own'),
        ('Service dissatisfaction', 'service', 'own'),
        ('Deceased', null, 'own'),
        ('Don''t know', null, 'own'),
        ('Moved', null, 'own')
) as reasons (reason, factor, subject)
