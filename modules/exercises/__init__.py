"""Exercises that answer back: a file of `Exercise` objects for each chapter, one engine for all."""
