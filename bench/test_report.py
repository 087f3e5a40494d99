"""What the report makes of numbers: python3 -m unittest discover bench."""

import unittest

from floors import last_transaction, params_of
from report import RIVAL, Run, document
from targets import Target, against, judged

MACHINE = {"cpu": "CPU", "cores": 2, "memory_gb": 8, "system": "Debian", "kernel": "6.1", "load_before": 0.1}
FACTS = {
    "title": "Customary, SQLite", "version": "0.1.0", "durability": "later", "binary_mb": 20.0, "load_seconds": 1.0,
    "start_ms": [9.0, 10.0, 30.0], "idle": {"resident_mb": 30.0, "anonymous_mb": 20.0}, "disk_mb": 10.0,
    "totals": {"W4": 100, "W5": 1, "W7": 9},
}


def cell(subject, rate, number=0, connections=16, errors=0, workload="W2"):
    return {
        "workload": workload, "subject": subject, "connections": connections, "round": number,
        "requests_per_second": rate, "p50_ms": 1.0, "p99_ms": 2.0, "errors": errors,
        "processes": {"server": {"cpu": 1.0, "resident_mb": 40.0, "anonymous_mb": 30.0}},
    }


def run_of(*cells):
    size = {"servers": {"customary-sqlite": FACTS}, "cells": list(cells)}
    return Run({
        "date": "2026-11-24", "machine": MACHINE, "versions": {"commit": "abc", "wrk": "4.1.0", "rustc": "1.95"},
        "settings": {"seconds": 1, "rounds": 3}, "sizes": {"100": size},
    })


class Report(unittest.TestCase):
    def test_the_median_of_the_rounds_counts_and_the_errors_of_all(self):
        rounds = [cell("customary-sqlite", rate, number, errors=number) for number, rate in enumerate((90, 200, 100))]
        middle = run_of(*rounds).cell(100, "W2", "customary-sqlite", 16)
        self.assertEqual((middle["requests_per_second"], middle["errors"]), (100, 3))
        self.assertAlmostEqual(middle["spread"], 1.1)

    def test_the_median_of_two_rounds_is_between_them(self):
        rounds = [cell("customary-sqlite", rate, number) for number, rate in enumerate((90, 200, 100, 150))]
        middle = run_of(*rounds).cell(100, "W2", "customary-sqlite", 16)
        self.assertEqual((middle["requests_per_second"], middle["p50_ms"], middle["subject"]), (125, 1, "customary-sqlite"))
        self.assertEqual(middle["processes"]["server"]["cpu"], 1)

    def test_a_ratio_is_of_cells_of_the_same_connections(self):
        run = run_of(cell("customary-sqlite", 800), cell(RIVAL, 100), cell(RIVAL, 1, connections=64))
        self.assertIn("| Customary, SQLite | 16 | 800 | 1.00 | 2.00 | 0 | 1.00 | 30 | 8.00× |  |", document(run, []))

    def test_what_was_never_answered_has_no_latency(self):
        self.assertIn("| Customary, SQLite | 16 | 0 |  |  | 0 |", document(run_of(cell("customary-sqlite", 0)), []))

    def test_errors_stand_out(self):
        self.assertIn("| **7** |", document(run_of(cell("customary-sqlite", 800, errors=7)), []))

    def test_a_target_is_met_or_missed_by_so_much_or_not_measured(self):
        target = Target("", "", against("customary-sqlite", RIVAL, "W2", (8, 8)))
        run = run_of(cell("customary-sqlite", 600), cell(RIVAL, 100))
        self.assertEqual(judged(target, run), [("6.00× at 16", "**missed**: 25% short at 16")])
        run = run_of(cell("customary-sqlite", 800), cell(RIVAL, 100))
        self.assertEqual(judged(target, run), [("8.00× at 16", "met")])
        self.assertEqual(judged(target, run_of()), [("", "not measured in this run")])


class Statements(unittest.TestCase):
    def test_parameters_are_read_with_their_quotes(self):
        detail = "parameters: $1 = 'O''Neill', $2 = NULL, $3 = '{\"1\": \"a, $2 = b\"}'"
        self.assertEqual(params_of(detail), ["O'Neill", None, '{"1": "a, $2 = b"}'])

    def test_the_last_transaction_on_customers_is_found_among_others(self):
        logged = [
            (1, "statement: BEGIN", ""), (2, "statement: BEGIN", ""),
            (1, "execute s1: INSERT INTO customers VALUES ($1)", "parameters: $1 = '77'"),
            (2, "execute s1: SELECT slot FROM field_slots", ""), (1, "statement: COMMIT", ""),
            (2, "statement: COMMIT", ""),
        ]
        sql = ("INSERT INTO customers VALUES ($1)", ["77"])
        self.assertEqual(last_transaction(logged, "77"), [sql])

    def test_several_statements_keep_their_transaction(self):
        logged = [(1, f"statement: {sql}", "") for sql in ("BEGIN", "UPDATE customers SET a = 1", "SELECT 1", "COMMIT")]
        self.assertEqual(len(last_transaction(logged, None)), 4)


if __name__ == "__main__":
    unittest.main()
