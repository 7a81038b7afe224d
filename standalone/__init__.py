"""Everything on one machine without Docker: Kafka, Postgres, all services, one port.

For the command line: `standalone.up.run(port, state)` runs the stack until it is stopped;
`standalone.state.State.open(path)` knows its URL and secrets, and `standalone.state.read_processes(path)`
its processes, without talking to the supervisor.
"""
