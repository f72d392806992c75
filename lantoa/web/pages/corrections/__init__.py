"""Corrections by a human, with their effect on the figures."""
