"""What a project declares about what its sources hold."""

from datetime import date

from outsidein.project.declarations import Declaration


class ObservationSettings(Declaration):
    """`[observation]`: since when the sources hold every customer.

    Attributes:
        complete_from: First day from which customers who left are in the sources too; without
            it, contracts tell it where they can.
    """

    complete_from: date | None = None
