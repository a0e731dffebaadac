"""What the desk's pages and its API share: which queues are whose."""

from __future__ import annotations

from jurist.errors import InputError
from jurist.store.annotation_queues import AnnotationQueue, get_queue, list_queues
from jurist.web.names import require_known
from jurist.web.people import NotAllowed, Person
from jurist.web.permissions import Permission
from jurist.web.site import Site


def queue_of(site: Site, person: Person, identity: str) -> AnnotationQueue:
    """The queue of a URL, if it is theirs to do or to look after.

    Raises:
        MissingError: There is none.
        NotAllowed: It is somebody else's.
    """
    try:
        queue = get_queue(site.store, identity)
    except InputError:
        require_known("queue", identity, [each.id for each in queues_of(site, person)])
        raise
    if not sees(person, queue):
        raise NotAllowed(person, Permission.ANNOTATE)
    return queue


def asked_queue(site: Site, person: Person, identity: str) -> AnnotationQueue:
    """The same, of those who are asked alone."""
    queue = queue_of(site, person, identity)
    if not queue.asks(person.name):
        raise NotAllowed(person, Permission.ANNOTATE)
    return queue


def queues_of(site: Site, person: Person) -> list[AnnotationQueue]:
    """The queues that they do or look after, the newest first."""
    return [queue for queue in list_queues(site.store) if sees(person, queue)]


def sees(person: Person, queue: AnnotationQueue) -> bool:
    """Whether they are asked, or look after queues."""
    return queue.asks(person.name) or person.may(Permission.CURATE)
