def pytest_addoption(parser):
    parser.addoption("--build", required=True, help="build folder that holds the fuzz programs")
    parser.addoption("--runs", type=int, default=20_000, help="mutants of each corpus")
