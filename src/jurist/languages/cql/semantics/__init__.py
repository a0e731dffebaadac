"""Who is in an audience: customers, values, and the interpreter."""
