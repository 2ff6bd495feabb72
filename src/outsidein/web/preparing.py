"""Makes builds ready to be shown before somebody asks for them."""

import logging
from threading import Event, Thread
from typing import Self

from outsidein.errors import InputError
from outsidein.web.site import Site

EVERY = 5.0
"""Pause between two looks for a new build (seconds)."""

LOG = logging.getLogger(__name__)


class Preparing:
    """Prepares the current build of every project that a site serves, in a thread of its own.

    Whoever comes first would wait for sentences, charts and the index of customers, which takes a
    minute for a million customers.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._ready: dict[str, int] = {}
        self._ended = Event()
        self._thread = Thread(target=self._run, name="preparing", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look for new builds."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more; a build that is being prepared is left."""
        self._ended.set()

    def look(self) -> list[str]:
        """Prepare builds that are new, and return the names of their projects."""
        return [slug for slug in self._site.projects if self._is_prepared_now(slug)]

    def _is_prepared_now(self, slug: str) -> bool:
        try:
            project = self._site.project(slug)
            number = project.snapshot().number
            if self._ready.get(slug) == number:
                return False
            project.presented()
            project.customers.count()  # writes the index
        except InputError as error:
            LOG.info("%s is not prepared: %s", slug, error)
            return False
        self._ready[slug] = number
        return True

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look()
            self._ended.wait(EVERY)
