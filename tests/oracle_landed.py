"""Which meanings of issue 18 the product has: whoever lands one sets it to true here.

The naive second reading (`cql_oracle`) has them all already; it takes the old meaning where
the product still does. When all are true, this file goes.
"""

STRINGS_ARE_TEXT = True
"""A: `=`, `!=`, `one_of`, `none_of`, `unique` of what the schema calls a string."""
DAYS_ALONE = True
"""B: relative windows in days on bare dates."""
PARENT_IS_ANY_ITEM = True
"""E: `property(parent: ...)` reads the row or event immediately around."""
COLUMNS_HAVE_MOMENTS = True
"""A: DATE, TIME and TIMESTAMP columns in order; `'500'` against a number column."""
