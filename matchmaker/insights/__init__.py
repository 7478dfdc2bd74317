"""The three homes: what needs an exhibitor, a buyer or an organizer now."""
