Nothing done: the stub as it was released.
