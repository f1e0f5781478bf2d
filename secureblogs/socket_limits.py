"""What one client of the WebSocket may take. The size of a message stands in the Procfile, which Daphne reads."""

# Open sockets of one person in one process: tabs and devices. One more is refused with a code of its own, so that
# its page waits; closing the oldest instead would have two pages push each other out for ever.
MOST_SOCKETS = 100
TOO_MANY_SOCKETS = 4429

# A browser sends nothing but answers to pings, 18 bytes each. Whatever comes beyond that closes the socket: messages,
# pings of the client's own, and pieces of messages, which nobody else counts.
MOST_MESSAGES = 100
MOST_BYTES = 16 * 1024
BYTES_A_SECOND = 100

# Told, and not read yet by a client whose network is slow, or that never reads. Beyond that it is cut off; a browser
# comes back and fetches what it missed.
MOST_UNREAD_BYTES = 128 * 1024
