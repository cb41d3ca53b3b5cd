def pytest_addoption(parser):
    parser.addoption("--daemon", required=True, help="the cumulite program to run the examples with")
