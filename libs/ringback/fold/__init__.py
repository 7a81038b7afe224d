"""A record is the fold of its contributions (rules §7): what the three domains share of it."""
