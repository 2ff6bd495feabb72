"""Step of profiles: what is known of each customer."""

from collections.abc import Iterable

from outsidein.canonical.build_tables import ORDERS
from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.figures.figure import Figure
from outsidein.identity.tables import MEMBERSHIPS
from outsidein.profiles.declaration import ProfileSettings
from outsidein.profiles.first_seen import FIRST_SEEN, customers_first_seen
from outsidein.profiles.golden import golden_profiles, losing_values
from outsidein.profiles.tables import PROFILE_ALTERNATIVES, PROFILES
from outsidein.steps.run import Run
from outsidein.steps.step import Step

_DATED = tuple(name for name in FIRST_SEEN if name != "transactions")


def _profiles(run: Run) -> Iterable[Figure]:
    settings = run.declaration(ProfileSettings)
    canonical = {name: run.read(CUSTOMER_TABLES[name]) for name in _DATED}
    canonical["transactions"] = run.read(ORDERS)
    seen = customers_first_seen(canonical, run.read(MEMBERSHIPS), as_of=run.as_of)
    written = run.write(PROFILES, golden_profiles(canonical["records"], seen, settings=settings))
    others = losing_values(canonical["records"], written, settings=settings)
    run.write(PROFILE_ALTERNATIVES, others)
    return ()


BUILD_PROFILES = Step(
    name="Know: profiles",
    run=_profiles,
    reads=(*customer_tables(*_DATED), ORDERS, MEMBERSHIPS),
    writes=(PROFILES, PROFILE_ALTERNATIVES),
)
