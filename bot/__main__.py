"""`python -m bot`: the same as `heatwire`."""

from bot.cli import main

main()
