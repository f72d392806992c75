"""The items of a cell, and all the evidence of one item or activity."""
