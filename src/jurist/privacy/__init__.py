"""Pseudonyms: what leaves the machine in place of a customer's values and names.

`Pseudonyms` is made of a key, a level, a language, a schema and the dataset's queries. What
goes out: `schema`, `queries`, `text`, `prose`; what comes back: `reveal_query`,
`reveal_prose`. Whatever cannot be carried without a change of meaning raises
`NotCarriedError`, before anything is sent. The design is in docs/explanation/privacy.md.
"""

from jurist.privacy.errors import NotCarriedError
from jurist.privacy.key import Key
from jurist.privacy.levels import Level
from jurist.privacy.pseudonyms import Pseudonyms

__all__ = ["Key", "Level", "NotCarriedError", "Pseudonyms"]
