"""The web application: pages over a store, and an API that judges. Needs `jurist[web]`.

Nothing here is imported but by `jurist serve`: FastAPI takes half a second.
"""
