"""Clippings: printed pieces that are entered by hand."""
