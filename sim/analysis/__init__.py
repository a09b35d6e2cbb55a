"""Figures and measures from stored results: tables in, no model. Only here is a chart drawn."""
