"""What a query makes of one input, node by node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jurist.languages.base import NodeKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """A node of a query's outline, and what it comes to on an input.

    The tree is the outline's, but for nodes of the kind `item`: where children are looked at
    for several items of the input (the events that a `where` looks at, the users of an
    account), a node stands for each item between the parent and its children.
    """

    kind: NodeKind
    label: str
    """As in the outline; of an item, what it is. May be hostile: whoever shows it escapes it."""
    value: object = None
    """What the node comes to before it is compared, as JSON; `None` where that is nothing."""
    holds: bool | None = None
    """Whether the condition holds; `None` where the node is no condition, or where there is no
    item for which it is asked."""
    reading: str = ""
    """The same for people, briefly: `0 >= 1, no`. As hostile as the label."""
    items: tuple[str, ...] = ()
    """JSON pointers into the input: the values, events or rows that the node reads or keeps."""
    window: tuple[str, str] | None = None
    """The first and the last moment that the node lets through, as ISO 8601 in UTC."""
    settled_by: bool | None = None
    """The truth that one child which has it gives the node, whatever the others are; `None`
    where no child can."""
    left_out: int = 0
    """How many more items there are than have a node below this one."""
    children: tuple[Explanation, ...] = ()

    def walk(self) -> Iterator[tuple[int, Explanation]]:
        """This node and all below, each with its depth, parents first."""
        waiting = [(0, self)]
        while waiting:
            depth, node = waiting.pop()
            yield depth, node
            waiting += [(depth + 1, child) for child in reversed(node.children)]
