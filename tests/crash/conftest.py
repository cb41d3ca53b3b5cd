import pytest

from daemon import Daemon


def pytest_addoption(parser):
    parser.addoption("--daemon", required=True, help="the cumulite program to kill")
    parser.addoption("--rounds", type=int, default=50, help="how often it is killed")
    parser.addoption("--seed", type=int, default=None, help="repeat a run's random choices")
    parser.addoption("--durability", default="process", choices=("process", "fsync"))
    parser.addoption("--whole", action="store_true",
                     help="FIFO: 64 producers and 64 consumers on 1,000 groups, instead of a tenth of that")
    parser.addoption("--messages", type=int, default=3_000, help="through the plugin function; a million is the whole test")


@pytest.fixture
def killable(request, tmp_path):
    """A daemon on a folder of its own, to be killed and started again."""
    daemon = Daemon(request.config.getoption("--daemon"), tmp_path, request.config.getoption("--durability"))
    daemon.start()
    yield daemon
    daemon.kill()
