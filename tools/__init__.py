"""Programs that look after the lessons: `make claims` and `make portable`."""
