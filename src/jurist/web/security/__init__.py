"""Who may: hosts, forgery, sessions, tokens, limits."""
