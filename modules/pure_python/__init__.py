"""Neural networks on plain Python lists: no NumPy, nothing beyond the standard library.

A vector is a list of numbers, a matrix a list of rows. `mlp`, `cnn` and `lstm` are networks and programs:
`python -m modules.pure_python.mlp --help`. Nothing is imported here, so that each runs on its own.
"""
