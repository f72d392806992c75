"""Finds, examines and adds the sources of a programme."""
