import outsidein
from tests.feedback.surveyed import write_surveyed

BEHAVIOUR = '[[rule]]\nname = "gone_quiet"\nsign = "silence"\ntimes = 3\nscore = 0.1\n'


def test_answers_and_extremes_are_the_same_on_one_thread_and_on_two(tmp_path):
    snapshots = []
    for threads in (1, 2):
        folder = write_surveyed(tmp_path / str(threads) / "shop", behaviour=BEHAVIOUR, people=200)
        project = outsidein.open(folder)
        project.build(threads=threads)
        snapshots.append(project.snapshot())
    one, two = snapshots
    names = ["signals", "invitations", "ladder_links", "asked", "customer_extremes"]
    for name in names:
        assert one.table(name).read_bytes() == two.table(name).read_bytes(), name
    figures = {path.stem: path.read_bytes() for path in one.figures()}
    assert figures == {path.stem: path.read_bytes() for path in two.figures()}
    assert figures.keys() >= {
        *("feedback_scores", "feedback_distribution", "feedback_response", "feedback_nonresponse"),
        *("extremes", "hazard_jumps", "money_at_risk"),
    }
