# Forges what importing gave: all defined, nothing blank, and texts that a report might swallow whole.
# Mode: import
# Expects: crashed, skipped, not_attempted
from autograder import wire


def attack():
    send = wire.send
    evil = "<script>alert(1)</script>\x1b[2J\u202e=HYPERLINK(1)" * 40

    def forging(channel, message, arrays=(), **kwargs):
        names = ("softmax", "cross_entropy", "SGD", "evaluate_accuracy")
        message = wire.Loaded(
            defined=names,
            similar=(("softmax", evil), ("__class__", evil)),
            broken=(wire.Broken(None, -1, 2**62, evil, evil), wire.Broken("nobody", 0, 0, evil, evil)),
            loop_bound=(evil,),
            dynamic=True,
        )
        send(channel, message, (), **kwargs)

    wire.send = forging
