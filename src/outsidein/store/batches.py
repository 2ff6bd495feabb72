"""Work done in batches: each in a transaction that its caller opens and commits."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

Batch = Callable[[], AbstractContextManager[Session]]
"""Opens the transaction of one batch; it is committed when the block ends without an error."""
