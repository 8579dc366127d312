"""One built-in model in memory for all engine tests."""

from collections.abc import Iterator

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.models.catalogue import BUILT_IN_FILE


@pytest.fixture(scope="session")
def loaded() -> Iterator[Runtime]:
    with Runtime.load(BUILT_IN_FILE, context=1024) as runtime:
        yield runtime


@pytest.fixture
def runtime(loaded: Runtime) -> Runtime:
    loaded.set_adapters([])
    loaded.with_notes(False)
    loaded.clear()
    return loaded
