"""The command `ringback`: a client of the HTTP API. Only `up`, `ps` and `token` know of the stack on this machine."""
