"""`python -m jurist` is the `jurist` command."""

from jurist.cli import main

if __name__ == "__main__":
    main()
