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
    found: dict[str, set[str]] = {}
    for words, means in table.items():
        for word in words.split(" "):
            found.setdefault(stem(word), set()).update(stem(each) for each in means.split(" "))
    return MappingProxyType({word: frozenset(means) for word, means in found.items()})


MEANINGS: Final = _meanings(
    {
        "buy purchase bought buyer buyers purchaser": "order complete purchase",
        "ordered": "order complete",
        "visit visited browse browsed see saw land landed look looked": "view",
        "hit met encounter encountered": "view show",
        "login logged log": "sign in login",
        "register registered join joined": "sign up create",
        "play played watch watched stream streamed": "play playback start watch",
        "finish finished end ended": "complete end",
        "begin began kicked kick start": "start begin",
        "ask asked requested": "request",
        "cancel cancelled churned quit terminated": "cancel",
        "wrote write left posted": "create submit review",
        "rate rated stars": "rate rating star",
        "opened open": "open create view",
        "tap tapped click clicked": "open click",
        "put": "add",
        "cart basket": "cart add",
        "search searched": "search query",
        "money spend spent spender": "spend revenue total amount",
        "cost costs worth value": "total amount price revenue value",
        "basket": "cart",
        "revenue": "revenue",
        "ltv lifetime": "lifetime value total",
        "churn churning leave": "churn",
        "purchase": "purchase order",
        "likely likelihood": "likelihood predictive",
        "predicted prediction predict probability risk score": "predictive",
        "signup": "sign up",
        "mail mailed": "email",
        "film films movie movies": "movie title",
        "show shows episode": "title episode",
        "ticket tickets": "ticket support",
        "helpdesk": "support",
        "refund refunds returned": "refund return",
        "fail failed declined bounced": "fail failure",
        "staff": "employee staff",
        "company companies organisation": "account",
        "renew renews renewal": "renewal",
        "expire expires": "expire end",
        "ends ending": "end expire",
        "created made opened founded": "create",
        "born birth": "birthday birth",
        "lives live based located residing": "country city",
        "town": "city",
        "mobile": "phone mobile",
        "telephone number": "phone",
        "tier level": "tier level",
        "member members": "member",
        "active": "active",
        "subscriber subscribed subscribe": "subscriber subscription start",
        "trial trials": "trial",
        "upgraded upgrade": "upgrade",
        "device devices": "device",
        "wifi wi-fi": "wifi",
        "rent rented": "rental purchase",
        "invited invite invitation": "invite send",
        "seat seats": "seat",
        "checked checkout": "checkout",
        "exported download downloaded": "export download",
        "answer answered": "submit",
        "category kind type": "category type",
        "customer manager csm": "csm",
        "language speak speaks speaking": "language",
        "joined": "create",
        "connected connect linked link": "connect",
        "seen visit visited": "seen",
        "attend attended joined": "attend",
        "referred refer recommended": "refer",
        "sector": "industry",
        "stuff": "genre category",
        "owner": "owner",
        "reply": "submit",
        "mrr": "mrr",
        "consent permission": "consent opt",
        "opted": "opt in",
        "points": "point",
        "sign signed": "sign",
        "credit": "credit",
        "used redeemed": "use apply",
        "coupon voucher discount code": "coupon",
        "photo": "avatar",
        "completes": "complete",
        "place placed made": "complete",
        "paywall": "paywall",
        "ticked": "complete",
        "saved": "add",
        "removed took": "remove",
    }
)
"""Stems that a word may also stand for in the names of a schema."""

_EVERYDAY: Final = (
    "unknown known missing empty contains contain containing starts ends ending context event "
    "values text frequent seen read largest smallest highest lowest average maximum minimum date "
    "grand hit other other-than reach reached subscriber subscribers having ours came "
    "a about above account accounts after afterwards again ago all already also altogether am"
    " amount an and another any anybody anyhow anyone anything are around as at audience"
    " audiences away back be been before being between big both but buyer buyers by came can"
    " case coming companies company contact contacts could count current currently customer"
    " customers day days did different distinct do does doing done down during each earlier"
    " either else enabled end event ever every everybody everyone everything exactly false field"
    " find flag flagged folk folks followed following for from get getting give go goes going"
    " gone got group had happy has have having he heavy her here high highly his hour hours how"
    " i if in incl include included including individual individuals into is it item items its"
    " itself just keep kind know known last later latest least let level like list look low many"
    " marked me member members moment month months more most much must my need new next no"
    " nobody none not nothing now number of off old on once one ones only onto or our ours out"
    " over overall own page part past people per period person please pls previous profile"
    " program programme property put quiet ran really s same segment set she shopper shoppers"
    " should show since single sitting slipping so some somebody somehow someone something"
    " sometime somewhere sort spender spenders stage status still stuff subscriber subscribers"
    " such switched t take takes tell than that the their them then there these they thing"
    " things this those time times to together too took trait true turned type under until"
    " unused up us use user users using valuable value very via viewer viewers visitor visitors"
    " want was we week weeks well went were what whatsoever when where whether which while who"
    " whoever whole whom whose will with within without would year years yes yet you your"
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
    (r"\brecently\b|\blately\b|\bsoon\b|\ba while\b|\boften\b|\bfrequently\b|\bregularly\b",
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
