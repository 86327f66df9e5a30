"""Student code seen from outside: the walls, the worker server, and a session with one submission."""
