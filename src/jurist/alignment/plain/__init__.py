"""Labels and verdicts as plain tables: any team's, on any scale, with no query and no study."""
