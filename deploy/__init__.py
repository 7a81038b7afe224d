"""What the compose stack needs beside the services: its secrets, its databases and topics, a probe, nginx' routes."""
