"""`jurist production`: what really happened with a feature."""

from __future__ import annotations

import typer

from jurist.cli import production_cases

EXAMPLES = """\b
Examples:
  jurist production cases --schema schema.yaml --out saved.jsonl
"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, epilog=EXAMPLES, rich_markup_mode=None)
    production_cases.register(group)
    app.add_typer(group, name="production", help="What really happened with a feature in use.")
