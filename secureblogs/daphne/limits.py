"""How much of a web process one client may take, and how much of the system the process."""

import resource

# Each open tab is one. systemd lets a process begin with 1,024.
OPEN_FILES = 16_384

# Daphne gives an application so long to answer a request, a client to finish the handshake of a socket, and an
# application to end after its client has gone.
SECONDS_FOR_A_REQUEST = 60
SECONDS_TO_CONNECT = 10
SECONDS_TO_CLOSE = 5

# Bytes of a WebSocket message, in one frame or in pieces. A longer one drops the connection.
LONGEST_MESSAGE = 4096

# Open sockets of one person in one process: tabs and devices. One more is refused with a code of its own, and its page
# waits longer; closing the oldest instead would have two pages push each other out for ever.
MOST_SOCKETS = 100
TOO_MANY_SOCKETS = 4429

# A browser sends nothing but answers to pings, 18 bytes each. Much more than that closes the socket, whatever it is:
# messages, pings of the client's own, pieces of a message that never ends.
MOST_MESSAGES = 100
MOST_BYTES = 16 * 1024
BYTES_A_SECOND = 100

# The process keeps so much for a client whose network is slow, or who never reads. Then it cuts it off; a browser
# comes back and fetches what it missed.
MOST_UNREAD_BYTES = 256 * 1024


def raise_open_files() -> None:
    """Let this process open as many files as it needs, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY not in (soft, hard):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(OPEN_FILES, hard)), hard))
