"""The functions that a query may call: those whose value follows from their arguments.

All others are refused before any engine sees the text. A name is looked up as it is written.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

from jurist.languages.sql.dialects import Dialect


def words(*texts: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(word for text in texts for word in text.split())


AGGREGATES: Final = words(
    "avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every "
    "group_concat json_group_array json_group_object listagg max median min mode "
    "percentile_cont percentile_disc quantile_cont quantile_disc stddev stddev_pop "
    "stddev_samp string_agg sum total var_pop var_samp variance any_value array_agg arg_max "
    "arg_min max_by min_by product std approx_count_distinct count_if countif first last "
)
_WINDOW: Final = words(
    "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank "
    "row_number "
)
_COMMON: Final = (
    words(
        "abs acos asin atan atan2 ceil ceiling coalesce cos cot degrees exp floor greatest least "
        "length ln log log10 log2 lower ltrim mod nullif pi pow power radians replace round rtrim "
        "sign sin sqrt substr substring tan trim upper cast concat concat_ws "
    )
    | (AGGREGATES & words("avg count max min sum"))
    | _WINDOW
)
_SQLITE: Final = _COMMON - {"cot", "greatest", "least", "concat", "concat_ws"} | words(
    "acosh asinh atanh char cosh date datetime format glob group_concat string_agg hex ifnull "
    "iif if instr json json_array json_array_length json_extract json_group_array "
    "json_group_object json_object json_quote json_type json_valid julianday like likelihood "
    "likely octet_length printf quote random sinh soundex strftime tanh time timediff total "
    "trunc typeof unhex unicode unixepoch unlikely median "
)
_SERVERS: Final = (
    _COMMON
    | words(
        "ascii bit_length cbrt char_length character_length chr current_date current_time "
        "current_timestamp date date_add date_diff date_part date_sub date_trunc datediff day "
        "dayname dayofmonth dayofweek dayofyear extract grouping hex hour if ifnull initcap instr "
        "isnull json_array_length json_extract json_object json_type lcase left len locate lpad "
        "make_date md5 minute month monthname now octet_length overlay position quarter rand "
        "random regexp_like regexp_matches regexp_replace repeat reverse right rpad second sha1 "
        "sha256 split_part starts_with strpos time timestamp timestampdiff to_char to_date "
        "to_number to_timestamp translate trunc truncate try_cast ucase week weekday weekofyear "
        "year "
    )
    | AGGREGATES
)
_NOT_IN_POSTGRESQL: Final = words(
    "approx_count_distinct arg_max arg_min count_if countif date_diff date_sub datediff day "
    "dayname dayofmonth dayofweek dayofyear first group_concat hex hour if ifnull instr "
    "isnull json_extract json_group_array json_group_object json_type last lcase len listagg "
    "locate log2 max_by median min_by minute month monthname product quantile_cont "
    "quantile_disc quarter rand second sha1 std timestampdiff total truncate try_cast ucase "
    "week weekday weekofyear year "
)
_NOT_IN_MYSQL: Final = words(
    "approx_count_distinct arg_max arg_min array_agg bool_and bool_or cbrt chr corr count_if "
    "countif covar_pop covar_samp date_diff date_part date_trunc every first initcap "
    "json_array_length json_group_array json_group_object last len listagg make_date max_by "
    "median min_by mode overlay percentile_cont percentile_disc product quantile_cont "
    "quantile_disc random regexp_matches sha256 split_part starts_with string_agg strpos "
    "to_char to_date to_number to_timestamp total translate trunc try_cast "
)
_POSTGRESQL: Final = (_SERVERS - _NOT_IN_POSTGRESQL) | words(
    "age array_length array_to_string btrim clock_timestamp div factorial format gcd isfinite "
    "json_build_object jsonb_build_object justify_days lcm log make_interval make_timestamp "
    "regexp_count regexp_instr regexp_match regexp_split_to_array regexp_substr scale "
    "statement_timestamp string_to_array to_hex width_bucket "
)
_DUCKDB: Final = _SERVERS | words(
    "contains ends_with epoch epoch_ms even fdiv fmod format gcd geomean isinf isnan json "
    "last_day lcm levenshtein list_contains list_value isodow isoyear jaccard julian "
    "make_timestamp nfc_normalize mean prefix printf quantile regexp_extract "
    "regexp_full_match str_split strftime string_split strip_accents strlen strptime suffix "
    "time_bucket try_strptime typeof unicode yearweek kurtosis skewness entropy mad "
    "array_length century decade millennium era microsecond millisecond timezone today "
)
_MYSQL: Final = (_SERVERS - _NOT_IN_MYSQL) | words(
    "adddate addtime bin bit_count char convert convert_tz crc32 curdate current_timestamp "
    "curtime date_format elt field find_in_set format from_days from_unixtime insert interval "
    "json_contains json_unquote last_day localtime localtimestamp lower makedate maketime mid "
    "microsecond oct ord period_add period_diff quote regexp_instr regexp_substr sec_to_time "
    "soundex str_to_date strcmp subdate substring_index subtime time_format time_to_sec "
    "timediff timestampadd to_days to_seconds unhex unix_timestamp utc_date utc_time "
    "utc_timestamp yearweek "
)
_ALLOWED: Final = {
    Dialect.SQLITE: _SQLITE,
    Dialect.POSTGRESQL: _POSTGRESQL,
    Dialect.DUCKDB: _DUCKDB,
    Dialect.MYSQL: _MYSQL,
    Dialect.STANDARD: _SERVERS | _POSTGRESQL | _DUCKDB | _MYSQL,
}
_REASONS: Final = {
    "reads or writes files": (
        "copy_database fts3_tokenizer glob_files load_file lo_export lo_import pg_ls_dir "
        "pg_read_binary_file pg_read_file pg_stat_file read_blob read_csv read_csv_auto read_json "
        "read_json_auto read_ndjson read_parquet read_text readfile sniff_csv parquet_scan "
        "write_log writefile edit"
    ),
    "loads code": "load_extension sys_exec sys_eval install_extension",
    "waits": "benchmark get_lock pg_sleep pg_sleep_for pg_sleep_until sleep sleep_ms",
    "reaches another database": (
        "dblink dblink_connect dblink_exec mysql_query mysql_scan postgres_query postgres_scan "
        "query query_table sqlite_query sqlite_scan"
    ),
    "changes what is stored": (
        "currval lastval nextval setval pg_advisory_lock pg_cancel_backend pg_notify "
        "pg_reload_conf pg_terminate_backend set_config setseed txid_current last_insert_rowid "
        "last_insert_id changes total_changes"
    ),
    "makes values of any size": "randomblob space zeroblob",
}
_REFUSED: Final = {name: why for why, names in _REASONS.items() for name in names.split()}


def allowed(dialect: Dialect) -> AbstractSet[str]:
    """The lower-cased names of the functions that may be called in a dialect."""
    return _ALLOWED[dialect]


@cache
def allowed_anywhere() -> frozenset[str]:
    """Those that may be called in any dialect: what a tree may hold, however it was written."""
    return frozenset[str]().union(*_ALLOWED.values())


def why_refused(name: str) -> str:
    """What a function does that no query may; empty where it is only not known."""
    return _REFUSED.get(name, "")


def all_are_known(dialect: Dialect) -> bool:
    """Whether the dialect has no further functions, so that another name is a mistake."""
    return dialect is Dialect.SQLITE
