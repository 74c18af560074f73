"""The examples in the package's docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import deliberation

MODULES = [module.name for module in pkgutil.walk_packages(deliberation.__path__, "deliberation.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    modules = map(importlib.import_module, MODULES)
    assert sum(len(example.examples) for module in modules for example in doctest.DocTestFinder().find(module)) > 15
