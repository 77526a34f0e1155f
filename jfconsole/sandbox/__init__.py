"""A JFrog Platform in one process: the same paths, statuses, bodies and rules, with no installation.

Written from public descriptions of the wire alone, it imports nothing else of this project: the client and the sandbox
are two independent readings of one protocol, and tests are where they meet.
"""
