import pkgutil
from importlib import import_module

import pytest

import outsidein
from outsidein.errors import UnknownName
from outsidein.figures.spec import FigureSpec
from outsidein.pipeline.published import FIGURES, figure_spec

MADE_OF_THE_STORE = {"cases", "alerts"}
"""Nouns whose figures are no part of a build: made when somebody asks for them."""


def declared():
    """Every figure that a noun declares, by noun and name."""
    for package in pkgutil.iter_modules(outsidein.__path__, "outsidein."):
        try:
            module = import_module(f"{package.name}.figures")
        except ModuleNotFoundError:
            continue
        for value in vars(module).values():
            if isinstance(value, FigureSpec):
                yield package.name.partition(".")[2], value.name


def test_every_declared_figure_is_published_by_a_step():
    of_builds = {name for noun, name in declared() if noun not in MADE_OF_THE_STORE}
    assert of_builds == set(FIGURES)


def test_no_two_figures_share_a_name():
    names = [name for _, name in declared()]
    assert len(names) == len(set(names))


def test_an_unknown_figure_names_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'tiers'"):
        figure_spec("tier")
