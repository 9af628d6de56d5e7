"""Programs that look after the lessons: `run_notebooks.py`, and those behind `make claims` and `make portable`."""
