"""The command writes what it is asked for and prints its truth; what it cannot do it refuses with a sentence."""

import json
import sys

from orgwarden.demo.billing.__main__ import main


def ran(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["billing", *arguments])
    return main()


def test_it_prints_the_truth_of_each_month(monkeypatch, tmp_path, capsys):
    asked = ("--format", "focus", "--file", "csv.gz", "--months", "2026-09,2026-10", "--rows", "1000")
    assert ran(monkeypatch, "--out", str(tmp_path), *asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["months"].keys() == {"2026-09", "2026-10"}
    assert (tmp_path / "witnesses" / "2026-10" / "invoices.json").exists()


def test_a_check_that_nothing_breaks_is_refused_with_the_reason(monkeypatch, tmp_path, capsys):
    assert ran(monkeypatch, "--out", str(tmp_path), "--break", "billing.published_lines_add_up") == 2
    assert "rounding" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
