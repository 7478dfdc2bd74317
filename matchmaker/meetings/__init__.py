"""From asking to the outcome: requests, answers, and what came of a meeting."""
