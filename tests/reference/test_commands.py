"""``flask reference``: loading, listing and putting back tables, dropping samples, listing rules."""

import pytest

from matchmaker.permissions import SYSTEM
from matchmaker.reference import actions, queries
from matchmaker.trade.rates import Basis, RateLine

from .test_tables import WIDE

pytestmark = pytest.mark.database


def test_tables_from_the_command_line(app, context, tmp_path):
    run = app.test_cli_runner().invoke
    first, second, wrong = tmp_path / "first.csv", tmp_path / "second.csv", tmp_path / "wrong.csv"
    first.write_text(WIDE, encoding="utf-8")
    second.write_text("code,MFN\n22042100,12%\nx,1%\n", encoding="utf-8")
    wrong.write_text("code,MFN\n2204,0.14\n", encoding="utf-8")
    load = ["reference", "load", "--kind", "duty", "--part", "2026"]
    done = run(args=[*load, str(first), "--edition", "First", "--use"])
    assert "9 new, 0 changed, 0 gone; 0 bad rows left out." in done.output and "is in use: 9 lines." in done.output
    looked = run(args=[*load, str(second), "--edition", "Second"])
    assert "0 new, 1 changed, 8 gone; 1 bad rows" in looked.output and "is a draft: 1 lines." in looked.output
    assert "row 3: “x” is no code." in looked.output
    draft = max(table.id for table in queries.tables(SYSTEM))
    assert "Second is in use" in run(args=["reference", "use", str(draft)]).output
    assert "First is in use again" in run(args=["reference", "roll-back", "duty", "2026"]).output
    assert "earlier  duty      2026: Second (second.csv), 1 lines" in run(args=["reference", "versions"]).output
    refused = run(args=[*load, str(wrong), "--edition", "Wrong"])
    assert refused.exit_code == 1 and "nobody can tell" in refused.output
    assert run(args=["reference", "use", "999999"]).exit_code == 1


def test_samples_and_rules_from_the_command_line(app, context):
    run = app.test_cli_runner().invoke
    lines = [RateLine("2204", Basis.MFN)]
    actions.apply(SYSTEM, actions.load_lines(SYSTEM, kind="duty", part="s", edition="S", source="x", lines=lines, sample=True))
    assert "[sample]" in run(args=["reference", "versions"]).output
    assert "1 sample tables are not used any more." in run(args=["reference", "drop-samples"]).output
    assert "agreement" in run(args=["reference", "rules"]).output
    assert "AFRICA" not in run(args=["reference", "rules", "preference", "--on", "2026-04-30"]).output
    on = run(args=["reference", "rules", "preference", "--on", "2026-05-01"]).output
    assert "AFRICA" in on and "not verified" in on
    assert run(args=["reference", "rules", "nothing"]).exit_code == 1
