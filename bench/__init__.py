"""Measurements of the real application. `python -m bench` prints them; nothing here is a timed test."""
