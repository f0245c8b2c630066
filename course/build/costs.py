"""What stands in the picture of a month's costs, worked out from the prices and figures of course/facts.toml."""

from __future__ import annotations

from collections.abc import Mapping

from course.facts import Fact

# The facts behind every figure here: a slide that shows one says how old they are.
FACTS = ("eks_cluster_hour", "fargate_vcpu_hour", "fargate_gb_hour", "alb_hour", "logs_ingest_gb", "request_cpu_us")
HOURS, DAYS = 730, 365 / 12
MILLION = 1_000_000


def month(facts: Mapping[str, Fact]) -> dict[str, str]:
    """Dollars a month by name: what is paid by the hour or the byte, and the processor time of predictions alone."""

    def of(name: str) -> float:
        return float(facts[name].value)

    task = 0.25 * of("fargate_vcpu_hour") + 0.5 * of("fargate_gb_hour")
    busy_hours = DAYS * MILLION * of("request_cpu_us") / 1e6 / 3600
    dollars = {
        "cluster": HOURS * of("eks_cluster_hour"),
        "tasks": 2 * HOURS * task,
        "balancer": HOURS * of("alb_hour"),
        "logs": DAYS * of("logs_ingest_gb"),
        "predictions": busy_hours * of("fargate_vcpu_hour"),
    }
    return {name: f"{value:.0f}" if value >= 1 else f"{value:.2f}" for name, value in dollars.items()}
