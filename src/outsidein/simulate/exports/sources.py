"""All exports of a block, by the name of their source."""

from outsidein.simulate.block import SimulatedBlock, Tables
from outsidein.simulate.exports.encounters import call_tables, shop_tables
from outsidein.simulate.exports.mailing import mailing_tables
from outsidein.simulate.exports.randomised import experiment_tables
from outsidein.simulate.exports.records import record_tables
from outsidein.simulate.exports.survey import survey_tables
from outsidein.simulate.registers import Spellings


def exports(block: SimulatedBlock, spelt: Spellings) -> Tables:
    """Return the tables of all sources, by name."""
    return {
        **record_tables(block, spelt),
        **shop_tables(block),
        **call_tables(block),
        **survey_tables(block),
        **mailing_tables(block),
        **experiment_tables(block),
    }
