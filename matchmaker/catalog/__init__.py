"""Product cards, their pictures, certificates and green claims, and their import from spreadsheets."""
