"""Why a text is no query, or none of its dialect: the parser takes more than any engine."""
