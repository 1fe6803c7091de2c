"""The examples in the docstrings of this room are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["fetches", "outcomes", "polling", "requests", "resolver"])
def test_the_examples_of_a_module_are_true(name: str) -> None:
    failed, tried = doctest.testmod(import_module(f"spiders.{name}"))
    assert tried
    assert not failed
