"""Notes on a result that come from elsewhere than judging: how a file was read, which file counted, when it came."""

import msgspec

from autograder.result import Note, NoteKind, Result, clean


def noted(result: Result, kind: NoteKind, *texts: str) -> Result:
    """Return the result with notes behind those that it has."""
    notes = tuple(Note(kind=kind, text=clean(text)) for text in texts)
    return msgspec.structs.replace(result, notes=(*result.notes, *notes)) if notes else result
