"""One module a page: its URL, what it reads, its template."""
