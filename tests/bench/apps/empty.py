"""The floor: a Textual app with a header, one line of text and a footer."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Header()
        yield Static("the floor is up")
        yield Footer()


if __name__ == "__main__":
    Empty().run()
