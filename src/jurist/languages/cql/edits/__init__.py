"""Named changes to a query: mutations that change what it means, rewrites that do not."""
