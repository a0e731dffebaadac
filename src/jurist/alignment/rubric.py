"""What annotators are asked, word for word; its version stands on every label."""

from __future__ import annotations

from hashlib import sha256

LEVELS = {
    5: "The same audience: it selects exactly the customers that the request and the "
    "reference ask for, however it is spelled.",
    4: "Right but for rare edge cases.",
    3: "The main idea is right, but one condition is wrong, missing or too many.",
    2: "Some conditions are shared, the audience is another one.",
    1: "Another audience altogether, or not a query. A refusal where a query could be built.",
}
TEXT = (
    "How close is the candidate to the reference, as an answer to the question? "
    "Judge by which customers it selects, not by how it is written.\n"
    + "\n".join(f"{level}: {meaning}" for level, meaning in LEVELS.items())
)
VERSION = sha256(TEXT.encode()).hexdigest()[:12]
