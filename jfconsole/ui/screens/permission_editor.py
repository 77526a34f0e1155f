"""One permission, edited as a whole: its sections, their targets with patterns, who may do what.

Nothing is sent before the review. What others change meanwhile in other places is kept: the plan says what differs
from the permission as it was when it was opened, and is carried over to how it is when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from jfconsole.domain.diffs import same
from jfconsole.domain.errors import ConsoleError
from jfconsole.domain.permission_facts import MatrixRow, TargetLine, collapsed_targets, matrix
from jfconsole.domain.permissions import ACTION_WORDS, ACTIONS, ACTIONS_OF, Permission, ResourceType, Section, Target
from jfconsole.domain.plans import Plan
from jfconsole.domain.repositories import RepositoryRow
from jfconsole.domain.text import Untrusted, visible
from jfconsole.services.directory import Directory
from jfconsole.ui.latest import latest
from jfconsole.ui.screens.adopt import create_or_adopt
from jfconsole.ui.screens.dialog import Choice, Menu
from jfconsole.ui.screens.field_help import FieldHelp
from jfconsole.ui.screens.form import FormScreen
from jfconsole.ui.screens.permission_parts import (
    PARTS,
    load_principals,
    load_targets,
    match_words,
    pattern_form,
    patterns_in,
    principal_of,
    target_columns,
)
from jfconsole.ui.screens.picker import Picker
from jfconsole.ui.text import show
from jfconsole.ui.widgets.action_matrix import ActionMatrix
from jfconsole.ui.widgets.message_line import Line, MessageLine, Severity, line_of
from jfconsole.ui.widgets.quiet_input import QuietInput
from jfconsole.ui.widgets.resource_table import ResourceTable
from jfconsole.ui.widgets.section_bar import SectionBar

if TYPE_CHECKING:
    from jfconsole.ui.app import ConsoleApp

_KEYS: Final = {
    "SectionBar": "←→ section · + add a section · del remove it · tab targets",
    "ResourceTable": "+ add targets · enter patterns · del remove · tab who",
    "ActionMatrix": "arrows · space give or take · + add somebody · del remove · tab",
    "Input": "the name · tab on",
}


class PermissionEditor(ModalScreen[None]):
    """Edits `before`, or makes a permission when that is None. Goes away when the plan was carried out."""

    DEFAULT_CSS = """
    PermissionEditor { align: center middle; }
    PermissionEditor > Vertical {
        width: 100%; height: 100%; border: round $primary; background: $surface; padding: 0 1;
    }
    PermissionEditor #name { height: 1; }
    PermissionEditor #name Static { width: 8; color: $text-muted; }
    PermissionEditor #name Input { width: 1fr; }
    PermissionEditor #targets { height: 2fr; min-height: 4; }
    PermissionEditor #matches { height: auto; max-height: 2; color: $text-muted; margin-bottom: 1; }
    PermissionEditor ActionMatrix { height: 3fr; min-height: 4; }
    PermissionEditor #meaning { height: 1; color: $text-muted; }
    PermissionEditor #keys { height: 1; background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "review", show=False),
        Binding("escape", "leave", show=False),
        Binding("f1", "explain_part", show=False),
        Binding("plus,insert", "add", show=False),
        Binding("delete,ctrl+d", "remove", show=False),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    app: ConsoleApp

    def __init__(self, directory: Directory, before: Permission | None) -> None:
        super().__init__()
        empty = Permission(name=Untrusted(""), sections={Untrusted(ResourceType.ARTIFACT): Section()})
        self._directory = directory
        self._is_new = before is None
        self._before = before or empty
        self._wanted = self._before
        first = next(iter(self._wanted.sections), Untrusted(""))
        artifact = Untrusted(ResourceType.ARTIFACT)
        self._section = artifact if artifact in self._wanted.sections else first
        self._rows: dict[str, tuple[MatrixRow, ...]] = {}
        self._repositories: Sequence[RepositoryRow] = ()
        self._done = False
        self._title = "New permission" if before is None else f"Permission {visible(before.name)}"

    # -- frame -----------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Name, sections, targets, who may do what; what it means; what can be pressed."""
        with Vertical() as frame:
            frame.border_title = show(self._title)
            frame.border_subtitle = Content("^s review · esc leave")
            if self._is_new:
                with Horizontal(id="name"):
                    yield Static(Content("name"))
                    yield QuietInput()
            yield SectionBar()
            yield ResourceTable(
                target_columns(self._matching), lambda line: line.name, id="targets", glyphs=self.app.glyphs
            )
            yield Static(id="matches")
            yield ActionMatrix(self.app.glyphs)
            yield Static(id="meaning")
            yield MessageLine(self.app.glyphs)
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Show what there is; the repositories, for what targets match, come when they come."""
        self._show_section()
        self.query_one("Input" if self._is_new else "ResourceTable").focus()
        self.run_worker(self._load_repositories(), group="repositories")

    async def _load_repositories(self) -> None:
        try:
            self._repositories = (await self._directory.repositories.list()).views
        except ConsoleError as error:
            self._say(line_of(error))
        self._show_section()

    @property
    def _held(self) -> Section:
        return self._wanted.sections.get(self._section, Section())

    def _show_section(self) -> None:
        """Everything about the section that is chosen."""
        kinds = list(self._wanted.sections)
        self.query_one(SectionBar).put(kinds, self._section)
        section = self._held
        self.query_one(ResourceTable).set_rows(list(collapsed_targets(section, self._repositories)))
        self.query_one(ResourceTable).state.gone.clear()
        rows = self._rows.setdefault(self._section, matrix(section))
        given = {action for row in rows for action in row.actions}
        meant = ACTIONS_OF.get(self._section, ACTIONS)
        self.query_one(ActionMatrix).show(rows, [*meant, *sorted(given - set(meant))])
        if section.opaque:
            self._say(Line("This section has a form that this console does not know: it is left alone"))
        self._show_matches()

    def _matching(self, line: TargetLine) -> str:
        return match_words(self._section, [line.name], self._repositories)

    def _show_matches(self) -> None:
        words = match_words(self._section, list(self._held.targets), self._repositories, full=True)
        self.query_one("#matches", Static).update(show(words))

    @on(SectionBar.Chosen)
    def _choose_section(self, event: SectionBar.Chosen) -> None:
        self._section = Untrusted(event.name)
        self._show_section()

    def action_explain_part(self) -> None:
        """What the part in focus is for."""
        title, words = PARTS.get(type(self.focused).__name__, PARTS["ResourceTable"])
        self.app.push_screen(FieldHelp(title, words))

    @on(ActionMatrix.CursorMoved)
    def _explain(self) -> None:
        action = self.query_one(ActionMatrix).current_action
        words = ACTION_WORDS.get(action or "", "not known to this console: it is kept as it is")
        self.query_one("#meaning", Static).update(show(f"{action}: {words}" if action else ""))

    def on_descendant_focus(self) -> None:
        """Say what can be pressed where the focus is."""
        self.query_one("#keys", Static).update(show(_KEYS.get(type(self.focused).__name__, "")))

    def _say(self, line: Line | None) -> None:
        self.query_one(MessageLine).line = line

    # -- changing the draft ----------------------------------------------------------------------------

    def _put(self, section: Section | None) -> None:
        self._wanted = self._wanted.with_section(self._section, section)
        self._say(None)

    def _editable(self) -> bool:
        if self._held.opaque:
            self._say(Line("This section has a form that this console does not know: it is left alone"))
        elif not self._wanted.sections:
            self._say(Line("There is no section: add one first", Severity.WARNING))
        return bool(self._wanted.sections) and not self._held.opaque

    def action_add(self) -> None:
        """Add a section, targets or somebody, by where the focus is."""
        if isinstance(self.focused, SectionBar) or not self._wanted.sections:
            self._add_section()
        elif isinstance(self.focused, ActionMatrix):
            if self._editable():
                load = load_principals(self._directory, self.query_one(ActionMatrix).rows)
                self.app.push_screen(Picker("groups and users", load, ()), self._add_principals)
        elif self._editable():
            load = load_targets(self._directory, self._section, tuple(self._held.targets))
            self.app.push_screen(Picker("targets", load, ()), self._add_targets)

    def _add_section(self) -> None:
        missing = [kind.value for kind in ResourceType if kind.value not in self._wanted.sections]
        if not missing:
            self._say(Line("It has a section of every type already"))
            return
        choices = [Choice(kind, kind, f"actions: {', '.join(ACTIONS_OF[kind])}") for kind in missing]

        def answer(kind: str | None) -> None:
            if kind is not None:
                self._section = Untrusted(kind)
                self._rows.pop(kind, None)
                self._put(Section())
                self._show_section()

        self.app.push_screen(Menu("Add a section", choices), answer)

    def _add_targets(self, names: tuple[str, ...] | None) -> None:
        section = self._held
        for name in names or ():
            section = section.targeting(name, Target())
        if names:
            self._put(section)
            self._show_section()
            self.query_one(ResourceTable).move_to_key(names[-1])

    def _add_principals(self, names: tuple[str, ...] | None) -> None:
        """Whoever is added starts with the least that means something here."""
        least = ACTIONS_OF.get(self._section, ACTIONS)[0]
        grid = self.query_one(ActionMatrix)
        new = [principal_of(name, least) for name in names or ()]
        section = self._held
        for row in new:
            section = section.granting(row.kind, row.name, row.actions)
        if new:
            self._put(section)
            self._rows[self._section] = (*grid.rows, *new)
            self._show_section()
            grid.go_to(new[-1])

    @on(ActionMatrix.Toggled)
    def _toggled(self, event: ActionMatrix.Toggled) -> None:
        if not self._editable():
            self._show_section()
            return
        self._put(self._held.granting(event.row.kind, event.row.name, event.row.actions))
        self._rows[self._section] = self.query_one(ActionMatrix).rows

    def action_remove(self) -> None:
        """Take away the section, the targets, or somebody, by where the focus is."""
        if isinstance(self.focused, SectionBar):
            self._remove_section()
        elif isinstance(self.focused, ResourceTable) and self._editable():
            self._remove_targets(self.query_one(ResourceTable).targets)
        elif isinstance(self.focused, ActionMatrix) and self._editable():
            self._remove_principal(self.focused.current)

    def _remove_section(self) -> None:
        if self._editable():
            self._rows.pop(self._section, None)
            self._put(None)
            self._say(Line(f"The section {self._section} is taken away as a whole when this is applied"))
            self._section = next(iter(self._wanted.sections), Untrusted(""))
            self._show_section()

    def _remove_targets(self, lines: Sequence[TargetLine]) -> None:
        section = self._held
        for name in (name for line in lines for name in (line.name, *line.covered)):
            section = section.targeting(name, None)
        self._put(section)
        self._show_section()

    def _remove_principal(self, row: MatrixRow | None) -> None:
        if row is not None:
            self._put(self._held.granting(row.kind, row.name, ()))
            left = (other for other in self.query_one(ActionMatrix).rows if other != row)
            self._rows[self._section] = tuple(left)
            self._show_section()

    @on(ResourceTable.Opened)
    def _edit_patterns(self) -> None:
        line = self.query_one(ResourceTable).cursor_row
        if line is None or not self._editable():
            return
        form = pattern_form(line)

        def answer(answers: object) -> None:
            if isinstance(answers, dict):
                self._set_patterns(line, patterns_in(answers, line.target))

        self.app.push_screen(FormScreen(form), answer)

    def _set_patterns(self, line: TargetLine, target: Target) -> None:
        section = self._held
        for name in (line.name, *line.covered):
            section = section.targeting(name, target)
        self._put(section)
        self._show_section()

    # -- the end ---------------------------------------------------------------------------------------

    def _draft(self) -> Permission:
        name = self.query_one(Input).value.strip() if self._is_new else self._wanted.name
        return replace(self._wanted, name=Untrusted(name))

    def action_review(self) -> None:
        """Work out what will be sent, and show it; what stands in the way is said here, and nothing is lost."""
        if self._on_top:
            latest(self, "review", self._review)

    async def _review(self) -> None:
        try:
            plan = await self._plan()
        except ConsoleError as error:
            self._say(line_of(error))
            return
        if self._on_top:
            self.app.desk.review(plan, lambda: self._ended(plan))

    async def _plan(self) -> Plan:
        service, draft = self._directory.permissions, self._draft()
        if not self._is_new:
            return await service.plan_update(self._before, draft)
        return await create_or_adopt(
            self.app,
            f"permission {draft.name}",
            lambda: service.fetch(draft.name),
            lambda: service.plan_create(draft),
            lambda: service.plan_adopt(draft),
        )

    def _ended(self, plan: Plan) -> None:
        """Done: leave as soon as the report is closed. Not done: stay, with everything that was entered."""
        self.app.refresh_list()
        work = self.app.desk.latest
        report = work.report if work is not None and work.plan_id == plan.id else None
        if report is not None and report.exit_code == 0:
            self._leave_when_seen()
        elif report is not None:
            self._say(Line("Not all of it was done; the journal (0) says what", Severity.WARNING))

    def _leave_when_seen(self) -> None:
        self._done = True
        if self._on_top:
            self._go()

    def on_screen_resume(self) -> None:
        """The report was closed."""
        if self._done and self._on_top:
            self._go()

    def _go(self) -> None:
        """Once, whoever asks for it."""
        self._done = False
        self.dismiss(None)

    @property
    def _on_top(self) -> bool:
        """Whether nothing is in front of it; a screen in the background counts as current, too."""
        return self.app.screen is self

    def action_leave(self) -> None:
        """Leave; ask first when something was changed."""
        if self.query_one(MessageLine).line is not None:
            self._say(None)
        elif same(self._before.as_object(), self._draft().as_object()):
            self.dismiss(None)
        else:
            stay = Choice("stay", "Stay", "go on with the permission")
            leave = Choice("leave", "Leave", "what you changed here is forgotten; nothing was sent")
            self.app.push_screen(Menu("Leave the permission?", (stay, leave)), self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "leave":
            self.dismiss(None)
