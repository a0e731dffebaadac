"""English, both ways: `writing` says a query, `reading` reads a request to one."""
