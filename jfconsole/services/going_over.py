"""Going over to another token while a console is open, and back to the one before."""

from __future__ import annotations

from jfconsole.domain.errors import Refused
from jfconsole.domain.plans import Report
from jfconsole.services.own_token import swapped
from jfconsole.services.session import open_session
from jfconsole.services.workbench import Workbench


async def work_with(bench: Workbench, report: Report, *, shown: bool = False) -> None:
    """From now on use the token that came of a plan. It is in memory alone; every session is opened anew.

    `shown`: it is shown to a person, too, who hands it over, and the one so far is dead; else that one is the former,
    which one can `go_back` to. Raises Refused when no token came of it: then nothing changes.
    """
    connection = swapped(bench.connection, report)
    former = bench.former if shown else bench.former or bench.connection
    await bench.use(connection, former)
    if not shown:
        await bench.handed_over(report.plan_id)


async def go_back(bench: Workbench) -> None:
    """From now on use the former token again. Raises the ConsoleError family, and changes nothing, if it is no good."""
    former = bench.former
    if former is None:
        raise Refused("There is no former token to go back to", "Start the console with another one")
    async with open_session(former, threaded=True) as session:
        await session.identify()
    await bench.use(former)
