"""What is settled before Textual is imported."""

from __future__ import annotations

import subprocess
import sys

from jfconsole.ui.terminal import prepare_environment


def test_development_switches_that_leak_are_taken_out() -> None:
    environ = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": "keys.log",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": "/tmp",
        "TEXTUAL_DEVTOOLS_HOST": "10.0.0.1",
        "TEXTUAL_DEVTOOLS_PORT": "8081",
        "TEXTUAL_THEME": "nord",
        "TERM": "xterm",
    }
    prepare_environment(environ)
    assert environ == {"TEXTUAL_THEME": "nord", "TERM": "xterm", "ESCDELAY": "25", "TEXTUAL_ANIMATIONS": "none"}


def test_what_the_person_chose_stays() -> None:
    environ = {"ESCDELAY": "80", "TEXTUAL_ANIMATIONS": "full"}
    prepare_environment(environ)
    assert environ == {"ESCDELAY": "80", "TEXTUAL_ANIMATIONS": "full"}


def test_textual_reads_what_was_prepared() -> None:
    script = (
        "import sys; from jfconsole.ui.terminal import prepare_environment; assert 'textual' not in sys.modules;"
        "prepare_environment(); from textual import constants as c; "
        "print(c.ESCAPE_DELAY, c.TEXTUAL_ANIMATIONS, c.LOG_FILE)"
    )
    env = {"TEXTUAL_LOG": "keys.log", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0.025", "none", "None"]
