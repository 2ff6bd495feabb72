from outsidein.report.sections.segments import Question, SegmentSheet, SheetAnswer

NUMBER = SheetAnswer("cost to serve", "1.20", "n = 40", is_reason=False)
ZERO = SheetAnswer("stop messages", "0", "", is_reason=False, is_zero=True)
REASON = SheetAnswer("time", "not answerable", "", is_reason=True)


def test_a_zero_is_no_answer_and_a_part_without_data_is_told():
    questions = tuple(
        Question(str(place), answers)
        for place, answers in enumerate([(NUMBER,), (NUMBER, REASON), (ZERO,), (ZERO, REASON)])
    )
    sheet = SegmentSheet("all", "", "", questions)
    assert (sheet.answered, sheet.answered_in_part) == (2, 1)
