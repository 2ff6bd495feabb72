"""Reading a project's folder into declarations."""

from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outsidein.canonical.sql_models import read_models
from outsidein.factors.reading import read_factor_files
from outsidein.feedback.behaviour import FILE as BEHAVIOUR
from outsidein.feedback.behaviour import read_behaviour
from outsidein.feedback.declaration import FOLDER as SURVEYS
from outsidein.feedback.declaration import read_surveys
from outsidein.identity.matching.match_models import FOLDER, stored_model
from outsidein.identity.review.decisions import Decision, decisions_in_force, list_decisions
from outsidein.lake.manifest import file_hash
from outsidein.pipeline.declaration import check_limits
from outsidein.pipeline.declared import Declared
from outsidein.profiles.name_checks import refuse_unknown
from outsidein.project.declarations import PROJECT_FILE, declare, read_toml
from outsidein.sources.declaration import read_sources
from outsidein.sources.needs import read_needs
from outsidein.standards.declaration import StandardsFile
from outsidein.text.coder_files import FOLDER as CODERS
from outsidein.text.coder_files import stored_coders
from outsidein.text.declaration import read_coding
from outsidein.workspace.declaration import read_objectives, read_project_file, read_segments

FILES = (*("objectives.toml", "data_needs.toml", PROJECT_FILE, "sources.toml", "segments.toml"),)
"""What a project consists of, beside its SQL models, in the order in which it is written."""


STANDARDS, CODING = "standards.toml", "coding.toml"
"""A project may do without them."""


def read_project(folder: Path, *, today: date, decisions: tuple[Decision, ...] = ()) -> Declared:
    """Read and check every file of a project.

    Args:
        folder: Where it lies.
        today: The day a build looks at where the project declares none.
        decisions: The verdicts on identity that are in force.

    Raises:
        ProjectError: The first thing that is wrong, by file and key.
    """
    declared = read_project_file(folder)
    has_standards = (folder / STANDARDS).exists()
    standards = declare(
        StandardsFile, read_toml(folder / STANDARDS) if has_standards else {}, file=STANDARDS
    )
    sources = read_sources(folder / "sources.toml")
    models = read_models(folder / "tables", sources=sources)
    refuse_unknown(declared.profile, declared.identity, models)
    paths = [path.relative_to(folder).as_posix() for path in models.files]
    check_limits(declared.publish, sources=sources, models=paths)
    model = stored_model(folder / FOLDER, declared.identity.model)
    coding = read_coding(folder / CODING)
    coders = stored_coders(folder / CODERS, coding.model)
    own = [*(model.files if model else ()), *(coders.files if coders else ())]
    asked = [*folder.glob(f"{SURVEYS}/*.toml"), *folder.glob(BEHAVIOUR)]
    files = [*(folder / name for name in FILES), *models.files, *own, *asked]
    factors = read_factor_files(folder)
    files += [*factors.files, *folder.glob(STANDARDS), *folder.glob(CODING)]
    return Declared(
        folder=folder,
        name=declared.name,
        currency=declared.currency,
        timezone=declared.timezone,
        country=declared.country,
        as_of=declared.as_of or today,
        objectives=read_objectives(folder),
        sources=sources,
        needs=read_needs(folder / "data_needs.toml", sources),
        models=models,
        surveys=read_surveys(folder / SURVEYS, sources=sources),
        behaviour=read_behaviour(folder / BEHAVIOUR, factors=factors.settings.factor),
        identity=declared.identity,
        model=model,
        decisions=decisions,
        observation=declared.observation,
        samples=declared.sample,
        profile=declared.profile,
        ladder=declared.ladder,
        churn=declared.churn,
        value=declared.value,
        activities=declared.activity,
        tiers=declared.tier,
        segments=read_segments(folder),
        factors=factors,
        coding=coding,
        coders=coders,
        standards=standards.standard,
        shifts=declared.shifts,
        publish=declared.publish,
        # last, for what is missing is refused above by whoever reads it
        files={path.relative_to(folder).as_posix(): file_hash(path) for path in sorted(files)},
    )


def read_decisions(store: Engine) -> tuple[Decision, ...]:
    """Return the verdicts on identity that are in force."""
    with Session(store) as session:
        return tuple(decisions_in_force(list_decisions(session)))
