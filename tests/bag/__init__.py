"""A toy query language whose answers are bags of rows, with ties: nothing like an audience.

    from orders where total > 5 and status = 'paid' select status order by total desc limit 2

It is a whole language, small enough to be read in one sitting, and it is used to hold the house
to what it says of languages. What it proves it proves by trying every database that can matter.
"""
