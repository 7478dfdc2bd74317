"""What every page shares: the guard, the base form, safe redirects, pagination, headers, health."""
