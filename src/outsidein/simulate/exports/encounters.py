"""Exports about what happened: order lines, deliveries, visits, calls, complaints."""

import pyarrow as pa

from outsidein.simulate.block import SimulatedBlock, Tables, accounts_of, number_or_null
from outsidein.simulate.course import NUMBERS
from outsidein.simulate.registers import CALLER, moments, numbered


def shop_tables(block: SimulatedBlock) -> Tables:
    """Return order lines, deliveries and store visits."""
    firm, run, lines = block.firm, block.course, block.lines
    order = lines["order"]
    goods, channels = pa.array(list(firm.category)), pa.array(list(firm.channel))
    units = pa.array(list(firm.unit))
    delivered, visited = run.systems.deliveries.columns(), run.systems.visits.columns()
    first = block.number * NUMBERS
    return {
        "order_lines": pa.table(
            {
                "order_number": run.orders["number"][order],
                "line": lines["line"],
                "account_number": block.account[order],
                "ordered_at": moments(lines["at"]),
                "channel": channels.take(run.orders["channel"][order]).dictionary_encode(),
                "category": goods.take(lines["category"]).dictionary_encode(),
                "product": lines["product"],
                "revenue": lines["revenue"],
                "discount": lines["discount"],
                "cost": lines["cost"],
                "is_return": lines["is_return"],
                "is_trial": lines["is_trial"],
            }
        ),
        "deliveries": pa.table(
            {
                "delivery_number": delivered["number"],
                "order_number": delivered["order"],
                "account_number": block.account[delivered["order"] - first],
                "promised_at": moments(delivered["promised"]),
                "delivered_at": moments(delivered["at"]),
                "depot": units.take(delivered["unit"]),
            }
        ),
        "store_visits": pa.table(
            {
                "visit_number": visited["number"],
                "account_number": block.account[visited["order"] - first],
                "visited_at": moments(visited["at"]),
                "store": units.take(visited["unit"]),
                "wait_seconds": visited["wait"],
            }
        ),
    }


def call_tables(block: SimulatedBlock) -> Tables:
    """Return calls and complaints."""
    calls, complaints = (
        block.course.systems.calls.columns(),
        block.course.systems.complaints.columns(),
    )
    playbooks = pa.array([*block.firm.playbook, None], pa.string())
    return {
        "calls": pa.table(
            {
                "call_number": calls["number"],
                "caller_number": numbered(block.course.people, CALLER)[calls["who"]],
                "called_at": moments(calls["at"]),
                "team": pa.array(list(block.firm.unit)).take(calls["unit"]),
                "agent": calls["agent"],
                "wait_seconds": calls["wait"],
                "talk_seconds": calls["duration"],
                "is_resolved": calls["resolved"],
                "is_hung_up": calls["gone"],
                "caused_by": number_or_null(calls["cause"]),
            }
        ),
        "complaints": pa.table(
            {
                "complaint_number": complaints["number"],
                "account_number": accounts_of(block, complaints["who"]),
                "complained_at": moments(complaints["at"]),
                "caused_by": complaints["cause"],
                "playbook": playbooks.take(complaints["playbook"] % len(playbooks)),
                "is_recovered": complaints["recovered"],
            }
        ),
    }
