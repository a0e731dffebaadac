"""How many cases, questions and labels a wanted precision or decision takes."""
