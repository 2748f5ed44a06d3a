"""One address for the whole sandbox: both stand-ins, the recording, and a page to chat in and to look behind it."""
