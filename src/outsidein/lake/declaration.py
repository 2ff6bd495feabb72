"""Where a project's lake lies: `[lake]` of outsidein.toml."""

from collections.abc import Mapping
from pathlib import Path

from outsidein.project.declarations import Declaration
from outsidein.store.declaration import with_variables


class LakePlace(Declaration):
    """`[lake]`: a folder that all machines share which use one store; by default in the project."""

    path: str | None = None


def lake_folder(
    place: LakePlace, *, folder: Path, default: Path, environment: Mapping[str, str]
) -> Path:
    """Return the folder of a project's lake.

    Args:
        place: The project's declaration; `${NAME}` stands for a value of `environment`.
        folder: Folder of the project; a relative path starts there.
        default: The lake if none is declared.
        environment: Values for `${NAME}`.

    Raises:
        ProjectError: A variable is not set.

    Example:
        >>> place, here = LakePlace(path="${SHARE}/shop"), Path("shop")
        >>> lake_folder(place, folder=here, default=here, environment={"SHARE": "/mnt"}).as_posix()
        '/mnt/shop'
    """
    if place.path is None:
        return default
    return folder / with_variables(place.path, key="lake.path", environment=environment)
