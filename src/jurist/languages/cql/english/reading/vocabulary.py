"""What the rules know of English: word stems, words that mean the same, words to skip."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_IRREGULAR: Final = {
    "ran": "run", "began": "begin", "begun": "begin", "bought": "buy", "paid": "pay",
    "sent": "send", "made": "make", "saw": "see", "seen": "see", "left": "leave",
    "spent": "spend", "got": "get", "gave": "give", "given": "give", "met": "meet",
    "kept": "keep", "read": "read", "wrote": "write", "written": "write", "took": "take",
    "taken": "take", "went": "go", "gone": "go", "came": "come", "people": "person",
    "children": "child", "kids": "kid", "wishlist": "wishlist", "tried": "try", "lives": "live",
    "living": "live", "series": "series", "sms": "sms", "sports": "sport", "news": "news",
    "yes": "yes", "this": "this", "was": "was", "has": "has", "does": "does", "its": "its",
    "is": "is", "us": "us", "less": "less", "status": "status", "uses": "use",
    "address": "address", "business": "business", "access": "access", "visibility": "visible",
    "cancellation": "cancel", "refunded": "refund", "subscriber": "subscrib", "loyal": "loyalty",
}  # fmt: skip


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its usual endings: "completed" and "completes" as "complet"."""
    low = word.lower().removesuffix("'s").replace("avour", "avor").replace("colour", "color")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    for ending, put in (
        ("ies", "y"),
        ("ing", ""),
        ("ied", "y"),
        ("ed", ""),
        ("es", "e"),
        ("s", ""),
    ):
        if low.endswith(ending) and len(low) - len(ending) >= 3 and not low.endswith("ss"):
            low = low.removesuffix(ending) + put
            if (
                ending in ("ing", "ed")
                and len(low) > 3
                and low[-1] == low[-2]
                and low[-1] not in "s"
            ):
                low = low[:-1]
            break
    return low[:-1] if low.endswith("e") and len(low) > 3 else low


def _meanings(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    meanings: dict[str, set[str]] = {}
    for words, means in table.items():
        for word in words.split(" "):
            meanings.setdefault(stem(word), set()).update(
                stem(meaning) for meaning in means.split(" ")
            )
    return MappingProxyType({word: frozenset(means) for word, means in meanings.items()})


MEANINGS: Final = _meanings(
    {
        "buy purchase buyer purchaser": "order complete purchase",
        "ordered place made ticked": "complete",
        "visit browse see land look": "view",
        "hit met encounter": "view show",
        "login logged": "sign in login",
        "register join": "sign up create",
        "play watch stream": "play playback start watch",
        "finish end": "complete end",
        "begin kicked start": "start begin",
        "ask": "request",
        "churned quit terminated": "cancel",
        "wrote write left posted": "create submit review",
        "rate stars": "rate star",
        "opened": "create view",
        "tap click": "open click",
        "put saved": "add",
        "cart basket": "cart add",
        "search": "query",
        "money spend spender": "spend revenue total amount",
        "cost worth value": "total amount price revenue value",
        "ltv lifetime": "lifetime value total",
        "leave": "churn",
        "likely likelihood": "likelihood predictive",
        "predicted prediction probability risk score": "predictive",
        "signup": "sign up",
        "mail": "email",
        "film movie movies": "movie title",
        "show episode": "title episode",
        "ticket helpdesk": "support",
        "refund returned": "refund return",
        "fail declined bounced": "fail failure",
        "staff": "employee",
        "company organisation": "account",
        "renew": "renewal",
        "expire": "end",
        "ends": "expire",
        "made founded": "create",
        "born birth": "birthday birth",
        "lives live based located residing": "country city",
        "town": "city",
        "mobile telephone number": "phone",
        "tier level": "tier level",
        "subscriber": "subscription start",
        "wi-fi": "wifi",
        "rent": "rental purchase",
        "invited invitation": "invite send",
        "checked": "checkout",
        "exported download": "export download",
        "answer reply": "submit",
        "category kind type": "category type",
        "customer manager": "csm",
        "speak": "language",
        "linked": "connect",
        "visit": "seen",
        "joined": "attend",
        "recommended": "refer",
        "sector": "industry",
        "stuff": "genre category",
        "consent permission": "consent opt",
        "opted": "in",
        "used redeemed": "use apply",
        "voucher discount code": "coupon",
        "photo": "avatar",
        "took": "remove",
    }
)
"""Stems that a word may also stand for in the names of a schema."""

_EVERYDAY: Final = (
    "a about above account after afterwards again ago all already also altogether am amount an "
    "and another any anybody anyhow anyone anything are around as at audience average away back "
    "be been before being between big both but buyer by came can case coming company contact "
    "contain context could count current currently customer date day did different distinct do "
    "does doing done down during each earlier either else empty enabled end entries entry event "
    "ever every everybody everyone everything exactly false field find flag folk followed for "
    "frequent from get give go goes going grand group had happy has have he heavy her high "
    "highest highly his hit hour how i if in incl include individual into is it item its itself "
    "just keep kind know known largest last later latest least let level like list look low "
    "lowest many marked maximum me member minimum missing moment month more most much must my "
    "need new next no nobody none not nothing now number of off old on once one only onto or "
    "other other-than our out over overall own page part past people per period please pls "
    "previous profile program programme property put quiet ran reach read really s same seen "
    "segment set she shopper should show since single sitting slipping smallest so some somebody "
    "somehow someone something sometime somewhere sort spender stage starts status still stuff "
    "subscriber subscribers such switched t take tell text than that the their them then there "
    "these they thing this those time to together too took trait true turned type under unknown "
    "until unused up us use user using valuable value very via viewer visitor want was we week "
    "well were what whatsoever when where whether which while who whoever whole whom whose will "
    "with within without would year yes yet you your"
)
SKIPPED: Final = frozenset(map(stem, _EVERYDAY.split()))
"""Stems that carry no name: they need not be found in a schema."""

NEGATIVE: Final = frozenset(
    {
        *("no", "not", "never", "none", "without", "neither", "nor", "cannot", "nobody"),
        *("nothing", "minus", "except", "excluding", "exclude", "lacking", "missing"),
        *("leaving", "other-than"),
    }
)
"""Words that turn a clause into its opposite."""

FAINT: Final = frozenset(
    map(stem, ("at", "in", "on", "of", "to", "by", "is", "date", "day", "name", "id", "count", "s"))
)
"""Stems of names that tell next to nothing."""

HOURS: Final = {"h": 1, "d": 24, "w": 168, "m": 720, "y": 8_760}
"""In a length of time whose unit begins so: a month has 30 days, a year 365."""

OUT_OF_REACH: Final = (
    (r"\brandom(?:ly)?\b|\bsample\b|\bpick \d|\ba/b test\b", "the language cannot draw samples"),
    (r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\bweekends?\b|\bweekdays?\b",
     "the language knows no weekdays"),
    (r"\b(?:first|last) day of\b|\b(?:last|this|next) (?:week|month|quarter|year)\b(?! or)|"
     r"\byesterday\b|\btoday\b|\btonight\b|\btomorrow\b|\bchristmas\b|\beaster\b|\bthis morning\b|"
     r"\bcalendar\b|\bbirthday (?:this|next)\b|\b(?:in|every|each) (?:january|february|march|"
     r"april|may|june|july|august|september|october|november|december)\b(?! \d)|"
     r"\b(?:at night|in the (?:morning|evening|afternoon))\b",
     "the language has no calendar"),
    (r"\brecently\b|\blately\b|\bsoon\b|\ba while\b|(?<!more )(?<!less )(?<!as )\boften\b|"
     r"\bfrequently\b|\bregularly\b",
     "it says no number"),
    (r"\bcompetitors?\b|\bcompetitor's\b|\brivals?\b|\bthe news\b|\bweather\b|\brain\b|"
     r"\boutages?\b",
     "no data tells that"),
    (r"\b(?:more|less) than half\b|\bmajority\b|\btop \d+ (?!percent|%)|\bbest \d+\b|"
     r"\bmost (?:valuable|loyal|active|engaged) \d+\b|\btrend\w*\b|\bdoubled\b|\bincreas\w+\b|"
     r"\bdecreas\w+\b|\bdeclining\b|\bmore than (?:the )?(?:previous|before|last)\b|\branked?\b",
     "the language has no rankings, shares or trends"),
    (r"\bfriends? (?:of|who)\b|\bcolleagues?\b|\bneighbou?rs?\b|\bpartner's\b|\bspouses?\b|"
     r"\bwhose (?:friends|parents|children|boss)\b", "conditions on other people cannot be said"),
)  # fmt: skip
"""Wishes that no query of the language can answer, with the reason to give."""
