"""What a stock table costs: Textual's DataTable with a thousand rows of eight columns, and an input."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input

ROWS = 1000
COLUMNS = ("token id", "subject", "scope", "expires", "created", "used", "flags", "description")


class Stock(App[None]):
    def compose(self) -> ComposeResult:
        yield Input(id="typing")
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows([f"{column} {row}" for column in COLUMNS] for row in range(ROWS))
        table.focus()


if __name__ == "__main__":
    Stock().run()
