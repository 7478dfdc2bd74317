"""Products side by side, up to the shelf: what a buyer has put together from matches and the directory."""
