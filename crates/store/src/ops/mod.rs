//! Working state: convenience, never authority (architecture §4). Losing it loses a sign-in, not a fact.
