"""`python -m jfconsole` is the `jfconsole` command."""

from jfconsole.cli.main import main

if __name__ == "__main__":
    main()
