"""What a person may do to a delivery."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from outsidein.delivery.delivery_list import list_deliveries
from outsidein.delivery.row_changes import changed_rows
from outsidein.delivery.statements import ROW, DeliveryState
from outsidein.errors import InputError, UnknownName


def retry_delivery(session: Session, delivery: str, *, now: datetime) -> None:
    """Retry a delivery that was given up, from `now` on.

    Raises:
        UnknownName: No delivery with that id was given up.
        InputError: It has been blanked since.
    """
    anew = (
        update(ROW)
        .where(
            ROW.c.id == delivery, ROW.c.state == DeliveryState.GIVEN_UP, ROW.c.blanked_at.is_(None)
        )
        .values(state=DeliveryState.WAITING, next_at=now, attempts=0, worker=None, settled_at=None)
    )
    if not changed_rows(session, anew):
        given_up = list_deliveries(session, state=DeliveryState.GIVEN_UP)
        if any(one.id == delivery for one in given_up):
            raise InputError(f"Delivery {delivery} was blanked: its text is no longer kept.")
        raise UnknownName("delivery that was given up", delivery, [one.id for one in given_up])
