"""How much memory this process needs. It imports next to nothing: what asks for memory should not take it."""

import sys


def peak_memory():
    """The most memory this process has held so far, in MB (10**6 bytes); None where it cannot be asked."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
