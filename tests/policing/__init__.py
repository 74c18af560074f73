"""Tests that guard the house itself: its arrows, doors, tables and words."""
