"""Every month: customers are graded by what the published figures say of them.

Grading writes customers, which pipelines know nothing of: it is a command of its own; here is said when it runs.
"""

import subprocess
import sys

import dagster as dg


@dg.op
def run_grading(context: dg.OpExecutionContext) -> None:
    """Grade the customers of every tenant that has rules; a month graded before stays as it is."""
    done = subprocess.run(  # our own program, no words of others
        [sys.executable, "-m", "cli.main", "grade"], capture_output=True, text=True, check=False
    )
    context.log.info(done.stdout.strip())
    if done.returncode:
        raise dg.Failure(f"grading ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}")


@dg.job(description="Grade customers A to D by net_revenue, gross_margin and late_payment_rate.")
def grade_customers() -> None:
    """One step."""
    run_grading()


customer_grading = dg.ScheduleDefinition(
    name="customer_grading",
    job=grade_customers,
    # After the night's build, whose figures it reads.
    cron_schedule="30 5 1 * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
