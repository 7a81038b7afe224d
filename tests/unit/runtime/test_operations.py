"""The dashboard, the alert rules and the page about them speak of metrics that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric

from ringback.runtime import metrics

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations"
PAGE = (OPERATIONS / "observability.md").read_text()

SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
#: Prometheus' own.
ADDED = {"up", "job", "instance", "service", "le"}

DASHBOARD = json.loads((OPERATIONS / "grafana-dashboard.json").read_text())
RULES = [rule for group in yaml.safe_load((OPERATIONS / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def families() -> list[Metric]:
    return list(metrics.REGISTRY.collect())


def names() -> set[str]:
    return {f"{family.name}{suffix}" for family in families() for suffix in SUFFIXES[family.type]}


def labels() -> set[str]:
    declared = (getattr(each, "_labelnames", None) or getattr(each, "_labels", ()) for each in vars(metrics).values())
    return {label for each in declared for label in each}


def expressions() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    return [*panels, *(rule["expr"] for rule in RULES)]


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_names_metrics_and_labels_that_there_are(expression: str) -> None:
    named = set(re.findall(r"\b(?:ringback|process)_\w+|\bup\b", expression))
    assert named and named <= names() | ADDED
    grouped = {name for inside in re.findall(r"\bby \(([^)]*)\)", expression) for name in inside.split(", ")}
    selected = set(re.findall(r"[{,]\s*(\w+)\s*[=!]", expression))
    assert grouped | selected <= labels() | ADDED


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_where_it_stands_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket")
    page, anchor = rule["annotations"]["runbook"].split("#")
    assert (OPERATIONS.parents[1] / page).samefile(OPERATIONS / "observability.md")
    headings = [line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### ")]
    assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_panel_has_a_place_of_its_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in DASHBOARD["panels"]})


@pytest.mark.parametrize("family", [family for family in families() if family.name.startswith("ringback")])
def test_what_a_metric_is_for_stands_on_the_page(family: Metric) -> None:
    assert f"`{family.name}{'_total' if family.type == 'counter' else ''}`" in PAGE
    assert family.documentation.endswith(".")
