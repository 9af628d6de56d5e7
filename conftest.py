"""What tests and notebooks share: a kernel that dies before its first cell is started again, and graphs are compared
only where they can be drawn."""

import os

from modules.graph_drawing import missing_graphviz


def pytest_configure(config):
    os.environ.pop("MPLBACKEND", None)  # With another one, notebooks would show no figures.
    if config.pluginmanager.hasplugin("nbval"):
        import nbval.kernel
        nbval.kernel.start_new_kernel = patient(nbval.kernel.start_new_kernel)


def pytest_collection_modifyitems(items):
    """Without Graphviz, notebooks show their graphs as text: they are run, but these outputs are not compared."""
    if missing_graphviz():
        for notebook in {item.parent for item in items if item.nodeid.split("::")[0].endswith(".ipynb")}:
            notebook.skip_compare += ("image/svg+xml", "text/plain")


def patient(start, attempts=3):
    """`start`, called again when it raises RuntimeError, as it does for a kernel that died.

    It happens to about one kernel in a thousand, most likely because two processes that start theirs at the same moment
    can be given the same free port.
    """
    def start_again(*arguments, **options):
        for _ in range(attempts - 1):
            try:
                return start(*arguments, **options)
            except RuntimeError:
                pass
        return start(*arguments, **options)
    return start_again
