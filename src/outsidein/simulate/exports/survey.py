"""Exports of the survey tool: invitations, and one wide row per response."""

import numpy as np
import pyarrow as pa

from outsidein.simulate.block import SimulatedBlock, Tables, number_or_null
from outsidein.simulate.column_buffer import Ints, select_rows
from outsidein.simulate.registers import RESPONDENT, moments, numbered
from outsidein.simulate.surveys import NOT_RATED

ANSWERED_ITEMS = ("overall", "recommend")
"""Items of the survey that every response answers."""


def survey_tables(block: SimulatedBlock) -> Tables:
    """Return who was invited and what they answered."""
    asked, people = block.course.invitations, block.course.people
    answers = asked["answers"]
    answered = select_rows(asked, answers)
    rated = {name: _rating(answered[name]) for name in block.firm.factor}
    status = pa.array(["sent", "answered"]).take(answers.astype(np.int64))
    numbers = numbered(people, RESPONDENT)
    return {
        "invitations": pa.table(
            {
                "invitation_number": asked["number"],
                "respondent_number": numbers[asked["who"]],
                "encounter_number": number_or_null(asked["encounter"]),
                "invited_at": moments(asked["at"]),
                "inclusion_probability": asked["inclusion"],
                "status": status,
            }
        ),
        "responses": pa.table(
            {
                "invitation_number": answered["number"],
                "respondent_number": numbers[answered["who"]],
                "encounter_number": number_or_null(answered["encounter"]),
                "answered_at": moments(answered["answered_at"]),
                **{name: pa.array(answered[name], pa.int8()) for name in ANSWERED_ITEMS},
                **rated,
                "comment": block.comments["text"],
                "language": block.comments["language"],
            }
        ),
    }


def _rating(levels: Ints) -> pa.Array:
    return pa.array(levels, pa.int8(), mask=levels == NOT_RATED)
