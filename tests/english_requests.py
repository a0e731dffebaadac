"""Schemas, and random requests that speak of what is in them."""

from __future__ import annotations

import random

from jurist.languages.cql.schemas.schema_file import load_schema

_PROPERTY = {"type": "string"}
BAKERY = load_schema(
    {
        "name": "Bakery",
        "events": {
            "Order Completed": {
                "description": "Bread was paid.",
                "properties": {
                    "total": {"type": "number", "minimum": 0},
                    "bread": {"type": "string", "enum": ["rye", "wheat", "spelt"]},
                    "voucher": _PROPERTY,
                    "gift_wrapped": {"type": "boolean"},
                },
            },
            "Order Cancelled": {"properties": {"reason": _PROPERTY}},
            "Recipe Viewed": {
                "properties": {"recipe_id": _PROPERTY, "minutes": {"type": "integer"}}
            },
            "Recipe Saved": {"properties": {"recipe_id": _PROPERTY}},
            "Newsletter Opened": {"properties": {"subject": _PROPERTY}},
        },
        "traits": {
            "properties": {
                "tier": {"type": "string", "enum": ["bronze", "silver", "gold"]},
                "loyalty_points": {"type": "integer", "minimum": 0},
                "phone": _PROPERTY,
                "city": _PROPERTY,
                "joined_at": {"type": "string", "format": "date-time"},
                "sms_opt_in": {"type": "boolean"},
                "cake_lovers": {"type": "boolean", "description": "Audience"},
                "wholesale_customers": {"type": "boolean", "description": "Audience"},
            }
        },
    },
    where="bakery",
)
TEAMS = load_schema(
    {
        "name": "Teams",
        "audience_type": "ACCOUNTS",
        "events": {"Board Created": {"properties": {"colour": _PROPERTY}}},
        "traits": {
            "properties": {"role": {"type": "string", "enum": ["admin", "editor", "guest"]}}
        },
        "account_traits": {
            "properties": {
                "contract": {"type": "string", "enum": ["basic", "plus"]},
                "seats": {"type": "integer"},
            }
        },
    },
    where="teams",
)
_PHRASES = (
    *("customers who", "whose", "ordered", "order viewed", "recipe", "saved", "newsletter opened"),
    *("cancelled", "total", "bread", "rye", "wheat", "voucher", "tier", "gold", "silver", "phone"),
    *("loyalty points", "city Berlin", "joined", "sms", "cake lovers", "wholesale", "and", "or"),
    *("not", "never", "but", "then", "within", "in the last 7 days", "30 hours of it", "(", ")"),
    *("at least", "more than 3 times", "twice", "over $50", "between 5 and 10", ",", ";", "no"),
    *("before 2024-01-01", "with", "without", "same user", "average", "first", "most recent"),
    *("different", "'x'", "other than", "any", "all", "is known", "unknown"),
)


def random_request(seed: int) -> str:
    """Up to twenty phrases in a row, which mean something or nothing."""
    rng = random.Random(seed)
    return " ".join(rng.choices(_PHRASES, k=rng.randint(1, 20)))
