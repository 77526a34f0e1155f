"""The console with one method that breaks, named in `BREAK` as `module:Class.method`, a secret in its locals."""

import importlib
import os
import sys

from jfconsole.cli.main import main
from jfconsole.ui.terminal import prepare_environment


def install(target: str, sentinel: str) -> None:
    prepare_environment()
    module, _, name = target.partition(":")
    owner, _, method = name.partition(".")

    def broken(*_arguments: object, **_keywords: object) -> None:
        local_sentinel = sentinel
        raise LookupError(f"broken on purpose in {method}: Bearer {local_sentinel}")

    setattr(getattr(importlib.import_module(module), owner), method, broken)


if __name__ == "__main__":
    install(os.environ.pop("BREAK"), os.environ.pop("SENTINEL"))
    main(sys.argv[1:])
