-- Three people read each review; how many of them gave it a reason stands in a column per reason.
with tall as (
    unpivot hand_coded_reviews
    on votes_antes_prazo, votes_atrasado, votes_baixa_qualidade, votes_devolucao,
    votes_diferente_do_anunciado, votes_entrega_parcial, votes_outro_entrega, votes_outro_pedido,
    votes_satisfeito
    into name reason value votes
)
select
    id as text_id,
    review_comment_message as text,
    cast(review_score as integer) as review_score,
    replace(reason, 'votes_', '') as code,
    cast(votes as integer) as votes
from tall
