"""YAML as a course may write it: mappings with text as keys, each once, not too deep. No tag makes anything run."""

from typing import Any

import yaml

MAX_DEPTH = 30  # levels; a course has six


def read(text: str) -> Any:
    """Return what a document holds. Raises yaml.YAMLError; `place` puts it into words."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would silently keep the last. Says where a value is impossible."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Go one level down; PyYAML's time grows with the square of the depth, and its stack with the depth."""
        if self.depth > MAX_DEPTH:
            raise yaml.composer.ComposerError(None, None, "nested too deeply", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError, AttributeError, LookupError, TypeError) as error:
            # A 30th of February, `!!int x`, a number of 5000 digits: PyYAML lets Python's own complaint through.
            kind = node.tag.rpartition(":")[2]
            told = f"this is no {kind}: {error}"
            raise yaml.constructor.ConstructorError(None, None, told, node.start_mark) from None


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    if not isinstance(node, yaml.MappingNode):  # `!!map [a]`
        raise yaml.constructor.ConstructorError(None, None, "these are no keys with values", node.start_mark)
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):  # aliases could make it longer than memory
            raise yaml.constructor.ConstructorError(None, None, "a list or section as a key", key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is not text", key_node.start_mark)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def place(error: yaml.YAMLError) -> str:
    """Say where in the text, and what is wrong there."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)
