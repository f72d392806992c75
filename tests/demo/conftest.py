import pytest

from lantoa.demo import World, answer, simulate


@pytest.fixture(scope="session")
def world() -> World:
    return simulate()


@pytest.fixture(scope="session")
def truth(world):
    return answer(world)


@pytest.fixture(scope="session")
def served(world):
    """The feeds of every poll."""
    return [world.feeds_at(poll) for poll in range(len(world.polls))]
