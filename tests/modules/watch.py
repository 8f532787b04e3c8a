"""What watching does on its own: it has a policy from the start."""

from transactional.kernel.session import Session
from transactional.watch.services.find_policy import find_policy


def there_is_a_policy_from_the_start(session: Session) -> None:
    """The same whenever it is asked for."""
    assert find_policy(session).id == find_policy(session).id


SHARE = (there_is_a_policy_from_the_start,)
