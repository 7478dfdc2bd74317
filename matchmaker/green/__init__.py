"""Green evidence: profiles of products and companies, warnings before expiry, searches in registers, the organizers' report."""
