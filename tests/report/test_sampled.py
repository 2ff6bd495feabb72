from outsidein.canonical.declaration import Sample
from outsidein.canonical.sampling import sampling_figure
from outsidein.report.evidence import gather
from outsidein.report.section_order import sections
from tests.report.figures_of_a_shop import FIGURES, shop

SAMPLE = {"panel": Sample(of="customers", drawn="sixty customers")}


def readings(figures):
    evidence = gather(shop(figures))
    return {b.figure: b.reading for s in sections(evidence) for b in s.blocks if b.drawing}


def test_a_picture_of_sampled_customers_names_the_sample():
    drawn = sampling_figure(SAMPLE, whole=60, partial=0)
    named = readings({**FIGURES, drawn.name: drawn})
    of_sample = {figure for figure, words in named.items() if "in a sample of 60" in words}
    assert {"whale_curve", "tiers", "ladder_today"} <= of_sample
    assert not [words for words in readings(FIGURES).values() if "sample" in words]
