"""Small lexicons of praise and blame, for languages without learned polarity."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of one language in lower case, without accents."""

    good: frozenset[str]
    bad: frozenset[str]
    negations: frozenset[str]
    boosters: frozenset[str]


def word_set(text: str) -> frozenset[str]:
    """Split a list of words at its spaces."""
    return frozenset(text.split())


ENGLISH = Lexicon(
    good=word_set(
        """good great excellent perfect nice lovely love loved fast quick quickly friendly helpful
        kind polite easy comfortable clean recommend recommended satisfied happy pleased thanks
        thank beautiful amazing wonderful best reliable fresh cheap correct early punctual fine"""
    ),
    bad=word_set(
        """bad terrible awful horrible poor slow late delayed delay rude broken defective damaged
        wrong missing lost never worst disappointed disappointing angry problem problems complaint
        refund return dirty uncomfortable expensive overpriced useless fake cancelled cancel failed
        unacceptable waste cracked leaking unhelpful ignored dishonest fraud"""
    ),
    negations=word_set(
        """not no never without nothing nobody none neither nor dont doesnt didnt isnt wasnt arent
        werent cant cannot couldnt wont wouldnt shouldnt havent hasnt hadnt hardly"""
    ),
    boosters=word_set("very really extremely so too super absolutely totally incredibly quite"),
)

PORTUGUESE = Lexicon(
    good=word_set(
        """bom boa bons boas otimo otima otimos otimas excelente excelentes perfeito perfeita
        perfeitos perfeitas lindo linda lindos lindas maravilhoso maravilhosa gostei gostamos adorei
        adoramos amei amamos rapido rapida rapidamente recomendo satisfeito satisfeita parabens
        obrigado obrigada eficiente confiavel barato barata facil correto corretamente certo
        certinho top melhor pontual pontualidade antes bonito bonita atencioso atenciosa feliz"""
    ),
    bad=word_set(
        """ruim ruins pessimo pessima pessimos pessimas horrivel horriveis atrasado atrasada atraso
        atrasou demora demorou demorado demorada defeito defeituoso quebrado quebrada quebrou
        danificado danificada errado errada errados erradas faltou faltando falta decepcionado
        decepcionada decepcao insatisfeito insatisfeita problema problemas reclamacao caro cara
        falso falsa falsificado golpe fraude enganado enganada devolver devolucao troca reembolso
        cancelamento cancelado absurdo descaso vergonha lixo pior extraviado rasgado manchado"""
    ),
    negations=word_set("nao nem nunca jamais sem nada ninguem nenhum nenhuma n tampouco"),
    boosters=word_set("muito muita super demais bem tao mega extremamente totalmente"),
)

LEXICONS = {"en": ENGLISH, "pt": PORTUGUESE}
"""By ISO 639-1 code."""

FUNCTION_WORDS = word_set(
    """a about after all also am an and any are as at be because been but by can could did do does
    for from get got had has have he her here him his how i if in into is it its ive just me more my
    no not now of on one only or our out over she so some than that the their them then there they
    this to too up us very was we were what when which who why will with would you your im dont
    a ao aos aquela aquele aqui as ate com como da das de dela dele depois do dos e ela elas ele
    eles em entre era essa esse esta estao estar estava este estou eu foi foram fui ha isso isto ja
    la lhe mais mas me mesmo meu meus minha minhas muito muita na nas nao nem no nos nossa o os ou
    para pela pelo pois por porque pra que quem se sem ser seu so sua tambem te tem tenho ter teve
    tinha toda todo todos tudo um uma umas uns vai vcs voce voces vem ainda sao sou bem"""
)
"""Stop words in English and Portuguese, excluded from themes."""
