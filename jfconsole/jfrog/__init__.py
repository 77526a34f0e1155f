"""The JFrog wire: requests, transport, errors. Nothing above knows a URL."""

import sys

# httpx imports a command line of its own wherever click and rich are installed, as they are with us: half of its
# import time, on every start of ours. Without that module httpx puts a stub in its place, by its own design.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
