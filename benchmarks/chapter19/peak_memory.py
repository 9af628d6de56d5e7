"""How much memory this process needs. It imports next to nothing: what measures memory should not use it up."""

import sys


def peak_memory():
    """The most memory this process has held so far, in MB (10**6 bytes); None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
