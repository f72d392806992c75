"""Printed pieces entered by hand."""
