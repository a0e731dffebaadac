"""Other constants and names in queries and schemas: see `jurist.languages.pseudonymizing`."""
