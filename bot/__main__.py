"""`python -m bot`: the `footnote` command.

A child process that a parser runs in imports this module anew; so it must not
import the bot before it is run.
"""


def main() -> None:
    """Run the command line."""
    from bot.cli import main as run

    run()


if __name__ == "__main__":
    main()
