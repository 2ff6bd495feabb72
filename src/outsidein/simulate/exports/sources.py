"""All exports of a block, by the name of their source."""

from outsidein.simulate.block import Block, Tables
from outsidein.simulate.exports.encounters import of_calls, of_shop
from outsidein.simulate.exports.mailing import of_mailing
from outsidein.simulate.exports.randomised import of_experiments
from outsidein.simulate.exports.records import of_persons
from outsidein.simulate.exports.survey import of_survey
from outsidein.simulate.registers import Spellings


def exports(block: Block, spelt: Spellings) -> Tables:
    """Return the tables of all sources, by name."""
    return {
        **of_persons(block, spelt),
        **of_shop(block),
        **of_calls(block),
        **of_survey(block),
        **of_mailing(block),
        **of_experiments(block),
    }
