# Installs import hooks, path hooks and module caches that answer for the worker's own modules.
# Mode: import
# Expects: wrong, crashed, raised, skipped
import sys
import types


class Finder:
    def find_spec(self, name, path=None, target=None):
        sys.modules[name] = types.ModuleType(name)
        return None


def attack():
    sys.meta_path.insert(0, Finder())
    sys.path_hooks.insert(0, lambda path: Finder())
    sys.path_importer_cache.clear()
    fake = types.ModuleType("autograder.worker.calls")
    fake.__getattr__ = lambda name: lambda *a, **k: True
    for name in list(sys.modules):
        if name.startswith("autograder"):
            sys.modules[name] = fake
