"""What really happened: the log of a feature in use, read in and measured.

Definitions, estimands and what each comparison can show: docs/explanation/production.md.
"""

from jurist.store.interactions import Interaction, interactions, systems_in_production

__all__ = ["Interaction", "interactions", "systems_in_production"]
