"""Who is looked up by many requests at once is looked up once."""

import asyncio
from uuid import uuid4

import pytest

from api.context import RightsCache
from transactional.identity.errors import NotAuthenticated
from transactional.kernel.principal import Principal


class Search:
    """A search that ends when it is told to, and counts."""

    def __init__(self) -> None:
        self.begun = 0
        self.end = asyncio.Event()
        self.found = Principal(uuid4(), None)
        self.refusal: Exception | None = None

    async def __call__(self) -> Principal:
        self.begun += 1
        await self.end.wait()
        if self.refusal is not None:
            raise self.refusal
        return self.found


async def looking(cache: RightsCache, search: Search, *tokens: str) -> list[asyncio.Task[Principal]]:
    tasks = [asyncio.create_task(cache.look_up(token, search)) for token in tokens]
    # The requests run once, then the searches that they have begun.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def test_requests_of_one_token_share_a_search_and_those_of_another_do_not() -> None:
    async def story() -> None:
        cache, search = RightsCache(), Search()
        tasks = await looking(cache, search, "a", "a", "b")
        search.end.set()
        assert [await task for task in tasks] == [search.found] * 3
        assert search.begun == 2
        await cache.look_up("a", search)
        assert search.begun == 3

    asyncio.run(story())


@pytest.mark.feature("PERM-02")
def test_a_search_begun_before_rights_changed_answers_nobody_who_asks_afterwards() -> None:
    async def story() -> None:
        cache, search = RightsCache(), Search()
        before = await looking(cache, search, "a")
        cache.forget()
        after = await looking(cache, search, "a")
        assert search.begun == 2
        search.end.set()
        await asyncio.gather(*before, *after)

    asyncio.run(story())


def test_who_goes_away_leaves_the_search_to_the_others_and_a_refusal_reaches_all() -> None:
    async def story() -> None:
        cache, search = RightsCache(), Search()
        gone, *others = await looking(cache, search, "a", "a", "a")
        gone.cancel()
        search.refusal = NotAuthenticated()
        search.end.set()
        for task in others:
            with pytest.raises(NotAuthenticated):
                await task
        assert gone.cancelled()
        assert search.begun == 1

    asyncio.run(story())
