"""How people speak of SQL queries."""

from __future__ import annotations

from typing import Final

from jurist.languages.words import Words

WORDS: Final = Words(
    result="result",
    results="results",
    input="database",
    inputs="databases",
    source="table",
    asker="an analyst",
    feature="a box that answers questions about a database",
    purpose="getting data",
    give="give",
    gives="gives",
    given="rows",
    asked_for="what",
    requested=(
        "which columns of which rows, counted or added up by what, under which conditions, in "
        "which order, how many"
    ),
    spellings="Order of conditions and joins, IN for EXISTS, `>= 1` for `> 0`, other aliases",
    small_differences=(
        "a bound, a join, a column, DISTINCT, AND for OR, a NOT, a missing value, a LIMIT"
    ),
    telling_input="a database on which the two give different results",
    relative="that",
    built_input="database (tables with rows) on which the two give different results",
    hints=(
        "NULL equals nothing and is in no comparison; COUNT(column) leaves it out. A join repeats "
        "rows, and an inner one loses those without a counterpart. Without ORDER BY rows come in "
        "any order."
    ),
    example_query=(
        "SELECT b.title, COUNT(*) FROM books AS b JOIN loans AS l ON l.book_id = b.id "
        "GROUP BY b.id, b.title HAVING COUNT(*) >= 2"
    ),
    example_request="titles of books with at least two loans, and how many they have",
    jargon="the jargon of the trade (ARPU, churn, YTD)",
    exact="The same result: it gives exactly the rows that the request and the reference ask for",
    levels={
        5: "the same result",
        4: "right but for few kinds of rows, or for how they are arranged",
        3: "the main idea, with a part wrong or missing",
        2: "shares some parts",
        1: "another question",
    },
    overlap="each gives rows that the other does not",
    disjoint="they have no row in common",
    disjoint_results="the two results never have a row in common",
    empty="it gives no row on any database",
    both_empty="neither gives a row on any database",
    full="the {side} gives every row",
    both_full="both give every row",
    unseen="{which} gives no row on any of the databases that were made up",
)
