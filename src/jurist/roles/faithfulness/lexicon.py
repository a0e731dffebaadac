"""The English that a check of mentions needs: stems, words that mean alike, numbers, negations.

General words alone, none of any workspace. It shares nothing with what reads requests for the
baselines: a check that knew their words would choose the questions that they can answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_IRREGULAR: Final = {
    "bought": "buy", "paid": "pay", "sent": "send", "made": "make", "saw": "see", "seen": "see",
    "left": "leave", "spent": "spend", "got": "get", "gave": "give", "given": "give", "met": "meet",
    "kept": "keep", "wrote": "write", "written": "write", "took": "take", "taken": "take",
    "went": "go", "gone": "go", "came": "come", "ran": "run", "began": "begin", "begun": "begin",
    "held": "hold", "taught": "teach", "won": "win", "lost": "lose", "sold": "sell", "flew": "fly",
    "flown": "fly", "drove": "drive", "driven": "drive", "people": "person", "children": "child",
    "kids": "child", "men": "man", "women": "woman", "series": "series",
    "news": "news", "has": "have", "had": "have", "was": "be", "is": "be", "are": "be",
    "were": "be", "does": "do", "did": "do", "movies": "movie",
    "used": "use", "using": "use", "ids": "id", "during": "during", "once": "once",
}  # fmt: skip
_ENDINGS: Final = (
    ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"),
    ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""),
)  # fmt: skip
_SHORTEST_STEM: Final = 3
_BRITISH: Final = re.compile(r"(?<=[blv])our(?=$|s$|ed$|ing$|ite)")


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its usual endings: "completed" and "completes" as "complet"."""
    low = _BRITISH.sub("or", word.lower().removesuffix("'s"))
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    for ending, put in _ENDINGS:
        kept = len(low) - len(ending)
        if low.endswith(ending) and kept >= _SHORTEST_STEM and not low.endswith("ss"):
            if ending in ("s", "es") and low.endswith(("us", "is")):
                break
            low = low[:kept] + put
            if ending in ("ing", "ed") and low[-1] == low[-2] and low[-1] not in "sl":
                low = low[:-1]
            break
    return low[:-1] if low.endswith("e") and len(low) > _SHORTEST_STEM else low


_ALIKE: Final = (
    "order purchase buy buyer purchaser transaction shop",
    "view see visit look browse land open show",
    "watch stream play playback see view",
    "price cost expensive cheap cheaper cheapest pay charge",
    "spend revenue amount money worth pay spender expensive total",
    "age old older oldest young younger youngest aged",
    "birth born birthday birthdate dob old young oldest youngest",
    "birthday born birth birthdate dob old young oldest youngest",
    "date when time day recent recently latest late last early earliest newest new oldest first",
    "date since",
    "at on when time date day month year",
    "country nation national nationality come abroad",
    "city town live located based reside",
    "location located place where live based",
    "name call title who whom which",
    "title name call which",
    "email mail address",
    "phone telephone mobile cell number",
    "sign join register signup registration create log",
    "login log sign",
    "create creation make open set found start new write age old join register registration",
    "employee staff worker headcount work people",
    "account company organisation organization firm workspace",
    "remove delete drop take",
    "add put save",
    "cancel cancellation quit terminate unsubscribe",
    "complete finish end completion done reach",
    "start begin kick launch",
    "end finish expire expiration over",
    "expire expiration run end lapse",
    "last latest late recent recently most",
    "tier level rank",
    "language speak tongue",
    "gender sex male female man woman",
    "salary earn income wage pay",
    "weight heavy heavier heaviest weigh light lighter lightest",
    "height tall taller tallest high short shorter shortest",
    "length long longer longest duration last short shortest minute",
    "capacity hold fit seat",
    "population inhabitant populous people person live",
    "score point result mark",
    "rating rate star review",
    "invite invitation refer send",
    "quantity unit item many",
    "count number many often time total quantity",
    "number count many",
    "id identifier number code",
    "description describe detail",
    "year when",
    "total sum overall altogether whole amount combined",
    "average mean avg",
    "stock inventory available",
    "opt consent agree allow permission marketing",
    "search query look find",
    "ship deliver shipment delivery",
    "product item article",
    "review rate write rating",
    "likelihood likely probability chance predict score predictive",
    "churn leave lapse",
    "ticket support request",
    "renew renewal prolong extend",
    "subscribe subscription subscriber",
    "refund return reimburse",
    "fail failure decline",
    "enable on activate turn",
    "loyal loyalty",
    "seat licence license",
    "own owner belong have possess",
    "hire employ join",
    "fee charge cost pay",
    "movie film title",
    "flight fly",
    "student pupil",
    "teach teacher instructor",
    "singer sing artist musician",
    "car vehicle automobile",
    "pet animal",
    "airline carrier",
)  # fmt: skip


def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _ALIKE:
        first, *others = (stem(word) for word in group.split())
        found.setdefault(first, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}


def _inverted(table: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, others in table.items():
        for other in others:
            found.setdefault(other, set()).add(word)
    return {word: frozenset(others) for word, others in found.items()}


ALIKE: Final = _by_name()
"""By the stem of a name's word, the stems by which people say it."""
SAID_FOR: Final = _inverted(ALIKE)
"""By the stem of what people say, the stems of names' words that it may stand for."""

_USUAL: Final = (
    "complete create view submit send make place play use set date on at in of the is has by to "
    "for per id name key value type count number user customer account event flag status field "
    "total item s full subscriber member buyer list"
)
USUAL: Final = frozenset(stem(word) for word in _USUAL.split())
"""Stems of names that tell little: they may be left unsaid where the name has others."""

_EVERYDAY: Final = (
    "a about above account accounts after afterwards again ago all along already also altogether "
    "am amount an and another any anybody anyone anything are around as ask at audience audiences "
    "average away back be because been before being below between bigger biggest both but by call "
    "called came can come comes could count counts current currently customer customers day days "
    "decade descending ascending alphabetical alphabetically did different display distinct do "
    "does doing done down during each earlier earliest either else end ending equal equals ever "
    "every everybody everyone everything exactly exceed exceeds exceeding few fewer fewest find "
    "first follow followed following folks for from full further get gets getting give gives "
    "go goes going gone got great greater greatest group grouped had happen happened has have "
    "having he her here high higher highest him his hour hours how however i if in include "
    "included includes including individuals information into involve is it item its itself just "
    "keep kind know known large larger largest last late later latest least less let like list "
    "listed little long longer look looking low lower lowest made make many match may maximum me "
    "mean mention minimum minute minutes month monthly months more most much must my name named "
    "names need never new newest next no nobody none nor not nothing now number numbers occur of "
    "off often old older oldest on once one ones only onto or order ordered other others our out "
    "over overall own part past people per percent percentage period person persons place please "
    "possible previous provide quarter quantity range rather recent recently record records "
    "respectively result results return row rows same say second see segment select selected "
    "separately set several she should show shown shows since single smallest so some somebody "
    "someone something sort sorted sorting still such sum take tell than that the their them then "
    "there these they thing things this those through time times to together too top total toward "
    "twice type types under unique until up us use used user users using value values very want "
    "was we week weeks well went were what whatever when where whether which while who whole whom "
    "whose why will with within without would year yearly years yet you young your beyond "
    "given belong belongs associated corresponding respective particular certain "
    "true false id ids identifier specific various common commonly way amongst among whenever upon "
    "via regardless"
)
EVERYDAY: Final = frozenset(stem(word) for word in _EVERYDAY.split())
"""Stems that say nothing of a schema by themselves."""

NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen", "twenty"),
        )
    )
} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "once": 1, "twice": 2, "thrice": 3, "dozen": 12, "single": 1, "couple": 2,
}  # fmt: skip
SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "k": 1000}
LOOSE: Final = frozenset({"one", "once", "single", "zero", "couple", "dozen", "second"})
"""Words for numbers that may be said without meaning any."""
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
UNIT_HOURS: Final = {
    "hour": (1,), "hr": (1,), "h": (1,), "day": (24,), "night": (24,), "week": (168,),
    "fortnight": (336,), "month": (720, 744), "quarter": (2160, 2184, 2208),
    "year": (8760, 8640, 8784), "yr": (8760, 8640, 8784),
}  # fmt: skip
"""Hours of a unit; months and years have more than one length."""

NEGATIVES: Final = frozenset(
    (
        *("not", "no", "never", "none", "without", "neither", "cannot", "nobody", "nothing"),
        *("except", "excluding", "exclude", "excludes", "lack", "lacks", "lacking", "missing"),
        *("absent", "unknown", "other-than", "apart-from", "null", "empty", "blank", "unless"),
        *("rather-than", "leaving-out", "yet-to", "failed-to", "unset", "omit", "omitting"),
        *("non", "false", "nowhere", "unspecified", "undefined", "minus", "outside"),
    )
)
TURNED: Final = frozenset(
    {"missing", "unknown", "null", "empty", "absent", "blank", "unset", "unspecified", "none"}
)
"""Negative words that a "not" before them turns into their opposite."""
LISTING: Final = frozenset({"or", "nor", "either", "neither"})
"""Words by which one negation carries over to what follows."""
HIGH: Final = frozenset(
    (
        *("highest", "largest", "most", "greatest", "maximum", "max", "biggest", "heaviest"),
        *("tallest", "top", "longest", "best"),
    )
)
LOW: Final = frozenset(
    (
        *("lowest", "smallest", "least", "fewest", "minimum", "min", "cheapest", "lightest"),
        *("bottom", "shortest", "worst"),
    )
)
"""Words for the ends of what is compared; which is the older or the newer is another matter."""
MEANS: Final = frozenset({"average", "mean", "avg", "averag"})
BEYOND: Final = frozenset(
    map(stem, ("ago", "before", "longer", "earlier", "older", "prior", "beyond", "later", "after"))
)
"""Stems by which something lies outside a length of time that is said."""
LEADS: Final = re.compile(
    r"\W*(?:please )?(?:find|show|list|get|give|display|count|how many|how much|what|which|"
    r"the (?:number|count|average|total))\b",
    re.IGNORECASE,
)
"""How a request begins that names what it asks for."""
PEOPLE: Final = frozenset(
    map(
        stem,
        (
            *("person", "people", "who", "whom", "whose", "those", "everyone", "everybody", "user"),
            *("anyone", "anybody", "someone", "somebody", "folks", "member", "subscriber", "they"),
            *("buyer", "shopper", "visitor", "viewer", "customer", "client", "guest", "contact"),
            *("individual", "household", "company", "account", "team", "fan", "player", "parent"),
        ),
    )
)
"""Stems for whom an audience may be asked."""
COMPARING: Final = frozenset(
    map(
        stem,
        (
            *("since", "from", "between", "range", "until", "till", "through", "starting", "plus"),
            *("least", "most", "more", "less", "fewer", "over", "under", "above", "below", "up"),
            *("minimum", "maximum", "min", "max", "beyond", "exceeding", "exceed", "exceeds"),
            *("than", "after", "before", "later", "earlier", "past", "reach", "reached", "top"),
            *("higher", "lower", "cheaper", "nineties", "percentile", "within", "to", "better"),
        ),
    )
)
"""Stems that compare something with a number, wherever they stand."""
ALTERNATIVE: Final = frozenset({"or", "either", "plus", "alternatively", "any", "o", "and/or"})
AFFIXES: Final = ("non", "un", "dis", "in", "im", "not")
"""Beginnings that deny the word after them."""

PHRASES: Final = (
    (re.compile(r"[’`]"), "'"),
    (re.compile(r"\bcan(?:no|')t\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"\b(have|has|had|did|is|are|do|does|was|were)nt\b", re.I), r"\1 not"),
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bat-?(least|most)\b", re.I), r"at \1"),
    (re.compile(r"(?<![\d-])(\d{1,6}) ?[-–] ?([1-9]\d{0,5})(?![\d-])"), r"\1 to \2"),
    (re.compile(r"\b(other|rather) than\b", re.I), r"\1-than"),
    (re.compile(r"\bother (\w+) than\b", re.I), r"other-than \1"),
    (re.compile(r"\bapart from\b", re.I), "apart-from"),
    (re.compile(r"\bleav(?:e|es|ing) out\b", re.I), "leaving-out"),
    (re.compile(r"\bout of stock\b", re.I), "not in stock"),
    (
        re.compile(r"\b(?:without|no|not) (?:any )?(?:repe(?:at|tit)\w*|duplicates?)\b", re.I),
        "distinct",
    ),
    (re.compile(r"\bor (?:none|not)\b", re.I), "also"),
    (re.compile(r"\b(?:YYYY|MM|DD)(?:-(?:MM|DD))*\b"), ""),
    (re.compile(r"\b(yet|failed|fail|fails) to\b", re.I), "yet-to"),
    (re.compile(r"\bnot yet-to\b", re.I), "yet-to"),
    (re.compile(r"\bnot only\b|\bwhether or not\b|\bno matter\b", re.I), "also"),
    (re.compile(r"\b(?:in|by) (?:the )?(?:\w+ )?order(?: of)?\b(?! \d)", re.I), "sorted"),
    (re.compile(r"\bsort(?:ed)? order\b|\border(?:ed)? by\b", re.I), "sorted"),
    (re.compile(r"\bstart(?:s|ing)? with\b", re.I), "begin with"),
    (re.compile(r"\be-mail", re.I), "email"),
    (re.compile(r"\bor (?:equal|so)\b", re.I), "equal"),
)
"""What is written anew before a request is taken apart."""
