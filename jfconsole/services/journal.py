"""The journal: what was planned, what was sent and what came of it, durable before anything leaves.

All calls block, for milliseconds as a rule, and may come from any thread. Each raises JournalClosed when the
database cannot be used; then nothing may be changed on a platform, while reading from it goes on.
"""

from __future__ import annotations

import getpass
import os
import platform
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from jfconsole.domain.errors import JournalClosed, NotFound, Refused
from jfconsole.domain.plans import FINISHED, Outcome, Plan, Step, StepResult
from jfconsole.domain.requests import Json
from jfconsole.services import journal_chain as chain
from jfconsole.services import journal_rows
from jfconsole.services import plan_codec as codec
from jfconsole.services.journal_chain import BEGINNING, Event, Mark, Recorded, Verification
from jfconsole.services.journal_entries import Entry, LoadedPlan, Moment, alive
from jfconsole.services.journal_file import JournalFile, PlanState

_LIKE_SPECIAL: Final = str.maketrans({"%": "\\%", "_": "\\_", "\\": "\\\\"})


class Journal:
    """Plans, their steps and the audit trail, in one SQLite file that several processes use at once.

    It is opened at the first call, so a broken journal never keeps the console from starting. `actor` stands in
    the audit trail, the login name unless given. `listener` is called right before and right after each commit.
    `file` is the file at that path where somebody reads in it already. `written`: something was added to it from here.
    """

    def __init__(
        self,
        path: Path,
        actor: str | None = None,
        listener: Callable[[Moment], None] | None = None,
        file: JournalFile | None = None,
    ) -> None:
        self.path = path
        self._file = file or JournalFile(path)
        self._actor = actor or _login()
        self._listener = listener
        self._owner = secrets.token_hex(8)
        self._executing: set[str] = set()
        self.written = False

    def close(self) -> None:
        """Close the database; a later call opens it again."""
        self._file.close()

    # Executing a plan: the caller of `begin` or `claim` owns it until `release`.

    def begin(self, plan: Plan) -> None:
        """Write down the whole plan, every step still to do, and own it. Raises Refused for a known plan id."""
        body = codec.dump_plan(plan)
        steps = [codec.dump_step(step) for step in plan.steps]
        with self._writing("begin") as db:
            if db.execute("SELECT 1 FROM plans WHERE id = ?", (plan.id,)).fetchone():
                raise Refused(f"The plan {plan.id} has run before", "Continue it, or make a new one")
            now = time.time()
            db.execute(
                "INSERT INTO plans (id, title, origin, body, total, state, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (plan.id, plan.title, plan.origin, body, len(steps), PlanState.OPEN, now),
            )
            db.executemany(
                "INSERT INTO steps (plan_id, ordinal, kind, key, body, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (plan.id, ordinal, step.kind, step.key, dumped, Outcome.PENDING)
                    for ordinal, (step, dumped) in enumerate(zip(plan.steps, steps, strict=True))
                ],
            )
            self._own(db, plan.id)
            payload: Json = {"title": plan.title, "steps": len(steps), "digest": journal_rows.digest(body, steps)}
            chain.append(db, self._actor, plan.origin, [Event(plan.id, "begin", payload)])

    def claim(self, plan_id: str) -> LoadedPlan:
        """Own an interrupted plan in order to continue it.

        Raises Refused while a live process executes it, when it is not open, or when it is not what was reviewed.
        """
        with self._writing("claim") as db:
            loaded = self._load(db, plan_id)
            if loaded.entry.running:
                raise Refused(f"The plan {plan_id} is being executed by another console", "Wait for its end")
            if loaded.entry.state is not PlanState.OPEN:
                raise Refused(f"The plan {plan_id} has ended", "Make a new plan for what is left")
            self._own(db, plan_id)
            chain.append(db, self._actor, loaded.entry.origin, [Event(plan_id, "claim", None)])
        return loaded

    def amend(self, plan: Plan, ordinal: int, reason: str) -> None:
        """Write down that a step that was not sent yet is now as in `plan`, carried over to an object that changed."""
        dumped = codec.dump_step(plan.steps[ordinal])
        with self._writing("amend") as db:
            self._still_ours(db, plan.id)
            db.execute("UPDATE steps SET body = ? WHERE plan_id = ? AND ordinal = ?", (dumped, plan.id, ordinal))
            (body,) = db.execute("SELECT body FROM plans WHERE id = ?", (plan.id,)).fetchone()
            rows = db.execute("SELECT body FROM steps WHERE plan_id = ? ORDER BY ordinal", (plan.id,)).fetchall()
            payload: Json = {"reason": reason, "digest": journal_rows.digest(body, [row[0] for row in rows])}
            chain.append(db, self._actor, plan.origin, [Event(plan.id, "amend", payload, ordinal)])

    def mark_sending(self, plan: Plan, ordinals: Sequence[int]) -> None:
        """Write down that these steps are about to be sent. Nothing leaves before this returns."""
        with self._writing("sending") as db:
            self._still_ours(db, plan.id)
            db.executemany(
                "UPDATE steps SET outcome = ?, at = ? WHERE plan_id = ? AND ordinal = ?",
                [(Outcome.SENDING, time.time(), plan.id, ordinal) for ordinal in ordinals],
            )
            chain.append(db, self._actor, plan.origin, [journal_rows.intent(plan, ordinal) for ordinal in ordinals])

    def note_answers(self, plan: Plan, results: Sequence[StepResult]) -> None:
        """Write down what the platform answered. A refusal is an outcome; the rest is to be proved by reading back."""
        with self._writing("answers") as db:
            self._still_ours(db, plan.id)
            journal_rows.set_outcomes(db, plan, [result for result in results if result.outcome is Outcome.FAILED])
            chain.append(
                db, self._actor, plan.origin, [journal_rows.event(plan, "answer", result) for result in results]
            )

    def finish(self, plan: Plan, results: Sequence[StepResult]) -> None:
        """Write down how steps ended."""
        with self._writing("finish") as db:
            self._still_ours(db, plan.id)
            journal_rows.set_outcomes(db, plan, results)
            chain.append(
                db, self._actor, plan.origin, [journal_rows.event(plan, "outcome", result) for result in results]
            )

    def sign_of_life(self, plan_id: str) -> None:
        """Say that the plan is still being executed; wanted at least every `SIGN_OF_LIFE` seconds."""
        with self._writing("alive") as db:
            self._still_ours(db, plan_id)

    def release(self, plan: Plan, stopped: str = "", *, held: bool = False) -> None:
        """Give the plan back. It has ended when no step is left to continue; else it counts as interrupted.

        While a secret that came of it is `held` for a person it stays ours, until `handed_over`.
        """
        if not held:
            self._executing.discard(plan.id)
        with self._writing("release") as db:
            self._still_ours(db, plan.id)
            counts = journal_rows.counts(db, plan.id)
            ended = all(outcome in FINISHED for outcome in counts)
            db.execute(
                "UPDATE plans SET state = ?, stopped = ?, ended = ?, owner = ? WHERE id = ?",
                (
                    PlanState.ENDED if ended else PlanState.OPEN,
                    stopped,
                    time.time() if ended else None,
                    self._owner if held else None,
                    plan.id,
                ),
            )
            payload: Json = {
                "ended": ended,
                "stopped": stopped,
                "counts": {outcome.value: count for outcome, count in counts.items()},
            }
            chain.append(db, self._actor, plan.origin, [Event(plan.id, "release", payload)])

    def handed_over(self, plan_id: str) -> None:
        """A person has what came of the plan: the steps that held it are done, and the plan is given back.

        Raises Refused when the plan is not ours any more.
        """
        with self._writing("handed over") as db:
            self._still_ours(db, plan_id)
            origin = self._entry(db, plan_id).origin
            db.execute(
                "UPDATE steps SET outcome = ? WHERE plan_id = ? AND outcome = ?",
                (Outcome.DONE, plan_id, Outcome.HELD),
            )
            ended = all(outcome in FINISHED for outcome in journal_rows.counts(db, plan_id))
            db.execute(
                "UPDATE plans SET state = ?, ended = ?, owner = NULL WHERE id = ?",
                (PlanState.ENDED if ended else PlanState.OPEN, time.time() if ended else None, plan_id),
            )
            chain.append(db, self._actor, origin, [Event(plan_id, "handed over", None)])
        self._executing.discard(plan_id)

    def abandon(self, plan_id: str) -> None:
        """Keep an interrupted plan as it is: it is offered no more. Raises Refused as `claim` does."""
        plan = self.claim(plan_id).plan
        self._executing.discard(plan_id)
        with self._writing("abandon") as db:
            self._still_ours(db, plan_id)
            db.execute(
                "UPDATE plans SET state = ?, ended = ?, owner = NULL WHERE id = ?",
                (PlanState.KEPT, time.time(), plan_id),
            )
            chain.append(db, self._actor, plan.origin, [Event(plan_id, "kept", None)])

    def record(self, origin: str, kind: str, payload: Json) -> None:
        """Write down something that belongs to no plan, such as an exchange; durable when this returns."""
        with self._writing(kind) as db:
            chain.append(db, self._actor, origin, [Event(chain.NO_PLAN, kind, payload)])

    # Reading

    def unfinished(self) -> tuple[Entry, ...]:
        """Interrupted plans, newest first; those that a live process executes are not among them."""
        with self._file.reading() as db:
            rows = db.execute("SELECT id FROM plans WHERE state = ? ORDER BY created DESC", (PlanState.OPEN,))
            entries = [self._entry(db, plan_id) for (plan_id,) in rows.fetchall()]
        return tuple(entry for entry in entries if entry.interrupted)

    def history(self, text: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """Past plans, newest first, whose id, title, server or one of whose objects contains the text."""
        pattern = f"%{text.translate(_LIKE_SPECIAL)}%"
        with self._file.reading() as db:
            rows = db.execute(
                r"""SELECT id FROM plans WHERE id LIKE :p ESCAPE '\' OR title LIKE :p ESCAPE '\'
                    OR origin LIKE :p ESCAPE '\' OR id IN (SELECT plan_id FROM steps WHERE key LIKE :p ESCAPE '\')
                    ORDER BY created DESC, id LIMIT :limit""",
                {"p": pattern, "limit": limit},
            ).fetchall()
            return tuple(self._entry(db, plan_id) for (plan_id,) in rows)

    def load(self, plan_id: str) -> LoadedPlan:
        """A plan with its outcomes. Raises NotFound."""
        with self._file.reading() as db:
            return self._load(db, plan_id)

    def steps_of(self, kind: str, origin: str | None = None) -> tuple[tuple[str, Step, StepResult], ...]:
        """All steps of one kind, newest first, each with its platform and how it ended."""
        with self._file.reading() as db:
            rows = db.execute(
                """SELECT plans.origin, ordinal, steps.body, outcome, message, at, made FROM steps
                   JOIN plans ON plans.id = plan_id WHERE kind = ? AND (? IS NULL OR plans.origin = ?)
                   ORDER BY plans.created DESC, ordinal""",
                (kind, origin, origin),
            ).fetchall()
        return tuple(journal_rows.ended_step(row) for row in rows)

    def wizard_plans(self, origin: str) -> tuple[str, ...]:
        """The ids of the plans that wizards made for a platform, oldest first."""
        with self._file.reading() as db:
            rows = db.execute(
                """SELECT id FROM plans WHERE origin = ? AND json_extract(body, '$.wizard') IS NOT NULL
                   ORDER BY created""",
                (origin,),
            ).fetchall()
        return tuple(plan_id for (plan_id,) in rows)

    def events(self, plan_id: str) -> tuple[Recorded, ...]:
        """The audit trail of one plan."""
        with self._file.reading() as db:
            return chain.events_of(db, plan_id)

    def records(self, kind: str, limit: int = 100) -> tuple[Recorded, ...]:
        """The last things of one kind that belong to no plan, newest first."""
        with self._file.reading() as db:
            return chain.records_of(db, kind, limit)

    def record_at(self, kind: str, seq: int) -> Recorded:
        """What was written down under that number. Raises NotFound when it is nothing of that kind."""
        with self._file.reading() as db:
            found = chain.record_at(db, kind, seq)
        if found is None:
            raise NotFound(f"The journal has no {kind} as event {seq}", "See `jfconsole journal list`")
        return found

    def verify(self, since: Mark = BEGINNING) -> Verification:
        """Check the audit trail for damage, all of it or what comes behind a mark, beside whatever else goes on."""
        with closing(JournalFile(self.path)) as beside, beside.reading() as db:
            return chain.verify(db, since)

    def has(self, mark: Mark) -> bool:
        """Whether that event is there, as it was when it was marked."""
        with self._file.reading() as db:
            return chain.hash_of(db, mark.seq) == mark.hash

    # Inside

    @contextmanager
    def _writing(self, name: str) -> Iterator[sqlite3.Connection]:
        """One transaction, of which the listener hears."""
        with self._file.writing() as db:
            yield db
            self._tell(Moment(name, durable=False))
        self.written = True
        self._tell(Moment(name, durable=True))

    def _tell(self, moment: Moment) -> None:
        if self._listener is not None:
            self._listener(moment)

    def _own(self, db: sqlite3.Connection, plan_id: str) -> None:
        db.execute(
            "UPDATE plans SET owner = ?, owner_host = ?, owner_pid = ?, beat = ? WHERE id = ?",
            (self._owner, platform.node(), os.getpid(), time.time(), plan_id),
        )
        self._executing.add(plan_id)

    def _still_ours(self, db: sqlite3.Connection, plan_id: str) -> None:
        """Renew the sign of life. A console that was suspended for long may have lost its plan to another one."""
        changed = db.execute(
            "UPDATE plans SET beat = ? WHERE id = ? AND owner = ?", (time.time(), plan_id, self._owner)
        )
        if changed.rowcount != 1:
            raise Refused(f"The plan {plan_id} was taken over by another console", "Look there for its outcome")

    def _load(self, db: sqlite3.Connection, plan_id: str) -> LoadedPlan:
        entry = self._entry(db, plan_id)
        body: str = db.execute("SELECT body FROM plans WHERE id = ?", (plan_id,)).fetchone()[0]
        rows = db.execute(
            "SELECT body, outcome, message, at, made FROM steps WHERE plan_id = ? ORDER BY ordinal", (plan_id,)
        ).fetchall()
        if not journal_rows.is_pinned(db, plan_id, journal_rows.digest(body, [row[0] for row in rows])):
            raise JournalClosed(
                f"The plan {plan_id} in the journal is not what was reviewed", f"{self.path} is damaged or was edited"
            )
        steps = tuple(codec.load_step(row[0]) for row in rows)
        plan = codec.load_plan(plan_id, body, steps)
        results = tuple(
            plan.result(ordinal, Outcome(outcome), message, at, made)
            for ordinal, (_, outcome, message, at, made) in enumerate(rows)
        )
        return LoadedPlan(entry=entry, plan=plan, results=results)

    def _entry(self, db: sqlite3.Connection, plan_id: str) -> Entry:
        row = db.execute(
            """SELECT title, origin, state, created, ended, total, stopped, owner, owner_host, owner_pid, beat
               FROM plans WHERE id = ?""",
            (plan_id,),
        ).fetchone()
        if row is None:
            raise NotFound(f"The journal knows no plan {plan_id}", "See `jfconsole journal list`")
        title, origin, state, created, ended, total, stopped, owner, host, pid, beat = row
        return Entry(
            plan_id=plan_id,
            title=title,
            origin=origin,
            state=PlanState(state),
            created=created,
            ended=ended,
            total=total,
            counts=journal_rows.counts(db, plan_id),
            running=self._in_work(plan_id, owner, host, pid, beat),
            stopped=stopped,
        )

    def _in_work(self, plan_id: str, owner: str | None, host: str, pid: int, beat: float) -> bool:
        """Of its own plans a journal knows it, also when their release could not be written."""
        if owner == self._owner:
            return plan_id in self._executing
        return owner is not None and alive(host, pid, beat)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
