"""What the figures are measured against: the aims that the project set itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound that a figure should keep."""

    bound: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


AIMS: Final[Mapping[str, Mapping[str, Aim]]] = {
    "house": {
        "code_lines": Aim(17_439),
        "longest_file_lines": Aim(400),
        "files_of_a_count": Aim(30),
    },
    "interpreter": {"slowest_over_10000_customers_s": Aim(1.0)},
    "verdicts": {
        "bulk_verdicts_per_s": Aim(1200, at_least=True),
        "growth_to_100000_percent": Aim(10),
    },
    "sql": {
        "spider_dail_median_ms": Aim(5),
        "spider_dail_p95_ms": Aim(60),
        "spider_dail_pairs_per_s": Aim(80, at_least=True),
        "lss_eq_proved_percent": Aim(100 * 80 / 117, at_least=True),
        "lss_neq_told_apart_percent": Aim(100 * 88 / 95, at_least=True),
        "bird_dail_pairs_per_s": Aim(30, at_least=True),
        "sqlsolver_spark_proved_percent": Aim(100 * 53 / 64, at_least=True),
    },
    "start": {
        "import_ms": Aim(150),
        "help_ms": Aim(250),
        "command_help_cpu_ms": Aim(300),
        "plan_cpu_ms": Aim(300),
        "list_runs_cpu_ms": Aim(300),
        "ledger_cpu_ms": Aim(300),
    },
    "judging": {
        "eight_at_a_time_new_per_s": Aim(200, at_least=True),
        "one_at_a_time_p50_ms": Aim(10),
        "one_at_a_time_p99_ms": Aim(60),
        "refused_when_full_p99_ms": Aim(10),
    },
    "models": {
        "judged_cpu_ms": Aim(0.5),
        "at_50ms_with_50_in_flight_1000_s": Aim(1.15),
        "rerun_of_10000_s": Aim(2.0),
        "judged_100000_peak_mb": Aim(250),
    },
    "memory": {"run_of_100000_peak_mb": Aim(250), "report_of_100000_peak_mb": Aim(250)},
    "parent": {
        f"parent_cpu_ms_a_case_{judge}_{store}": Aim(0.3)
        for judge in ("function", "proof")
        for store in ("sqlite", "postgresql")
    },
    "proof": {
        "evidence_median_cpu_ms": Aim(2),
        "evidence_p99_cpu_ms": Aim(25),
        "bulk_pairs_per_s": Aim(1200, at_least=True),
        "undecided_without_funnels_percent": Aim(0.1),
        "undecided_with_funnels_percent": Aim(5),
        "wide_counts_cpu_ms": Aim(500),
        "wide_sums_cpu_ms": Aim(500),
    },
    "columns": {
        "opened_from_cache_ms": Aim(100),
        **{f"sort_{sort}_ms": Aim(100) for sort in ("run", "worst", "slowest", "case")},
        "filter_judge_and_generator_ms": Aim(100),
        "filter_tag_ms": Aim(100),
        "filter_common_text_ms": Aim(100),
        "filter_all_at_once_ms": Aim(100),
    },
    "web": {
        "first_run_after_start_ms": Aim(400),
        "first_list_of_runs_after_start_ms": Aim(400),
        "first_judges_after_start_ms": Aim(1000),
        "judges_first_ms": Aim(1000),
        "card_first_ms": Aim(1000),
        "disagreements_first_ms": Aim(400),  # the run is opened for it
        "run_while_more_is_computed_ms": Aim(200),
        "run_ms": Aim(200),
        "filtered_first_ms": Aim(100),
        "filtered_ms": Aim(100),
        "compared_first_ms": Aim(200),
        "compared_over_runs_first_ms": Aim(200),
        "compared_ms": Aim(200),
        "case_first_ms": Aim(50),
        "case_ms": Aim(50),
        "disagreements_ms": Aim(200),
        "list_of_runs_ms": Aim(200),
        "judges_ms": Aim(200),
        "card_ms": Aim(200),
    },
    "annotating": {
        "next_item_ms": Aim(30),
        "label_saved_ms": Aim(30),
        "desk_page_ms": Aim(50),
    },
    "analysis": {"analysis_seconds": Aim(30), "peak_megabytes": Aim(2000)},
}
"""By module (without `bench_`) and figure."""
