-- Three people read each review; how many gave it a reason stands in a column per reason.
with tall as (
    unpivot (
        select
            id as text_id,
            review_comment_message as text,
            cast(review_score as integer) as review_score,
            columns('votes_(.*)') as '\1'
        from hand_coded_reviews
    )
    on antes_prazo, atrasado, baixa_qualidade, devolucao, diferente_do_anunciado, entrega_parcial,
    outro_entrega, outro_pedido, satisfeito
    into name code value given
)
select
    text_id,
    text,
    review_score,
    code,
    cast(given as integer) as votes
from tall
