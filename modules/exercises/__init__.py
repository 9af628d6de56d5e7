"""Exercises that comment on your answer: a file of `Exercise` objects for each chapter, one engine for all."""
