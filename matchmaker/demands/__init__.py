"""Demand sheets of buyers, and their import from spreadsheets."""
