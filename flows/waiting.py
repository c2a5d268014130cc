"""`--wait [SECONDS]`: how commands that change tables wait for another run."""

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

FOREVER_SECONDS = 86_400.0
"""What `--wait` alone means: a day is longer than any run takes, and something is wrong if it doesn't."""
_NUMBER = re.compile(r"^\d+(\.\d+)?$")

Wait = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="[SECONDS]",
        min=0,
        help="Wait for another run to end, this long or as long as it takes. (default: say so and stop)",
        show_default=False,
    ),
]


class WaitingCommand(TyperCommand):
    """A command whose `--wait` may go without a number, which typer's options can't."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in how long, where `--wait` stands without."""
        return super().parse_args(ctx, _with_seconds(args))


def _with_seconds(args: list[str]) -> list[str]:
    given: list[str] = []
    for number, argument in enumerate(args):
        if argument == "--":
            return [*given, *args[number:]]
        following = args[number + 1] if number + 1 < len(args) else ""
        alone = argument == "--wait" and not _NUMBER.match(following)
        given.append(f"--wait={FOREVER_SECONDS:g}" if alone else argument)
    return given
