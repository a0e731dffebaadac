"""What queries mean, in few nodes: `nodes` draws them."""
