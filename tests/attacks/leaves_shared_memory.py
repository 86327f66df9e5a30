# Leaves shared memory, semaphores and queues that outlive a process.
# Mode: escape
# Expects: raised, wrong, skipped
import ctypes
from multiprocessing import shared_memory


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    calls = {"shmget": (29, 0xA77AC, 4096, 0o1666), "msgget": (68, 0xA77AC, 0o1666), "semget": (64, 0xA77AC, 1, 0o1666)}
    got += [name for name, arguments in calls.items() if libc.syscall(*arguments) >= 0]
    got += ["mq_open"] if libc.syscall(240, b"autograder-attack", 0o102, 0o600, 0) >= 0 else []
    try:
        shared_memory.SharedMemory("autograder-attack", create=True, size=4096)
        got.append("shm_open")
    except OSError:
        pass
    return got
