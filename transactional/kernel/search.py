"""Words in the database: one function makes them for every text that can be searched, and for what is searched for."""

from __future__ import annotations

from collections.abc import Sequence

from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.session import Session

SEARCH_WORDS = r"""
create or replace function kernel.search_words(given text) returns tsvector language sql immutable parallel safe as $$
    with plain as (select left(lower(normalize(given, NFKC)), 20000) as told),
    words as (
        select unnest(
            regexp_split_to_array(
                regexp_replace(told, '([\u4e00-\u9fff])', ' \1 ', 'g'), '[^0-9a-z\u0080-\u2fff\u3040-\uffff]+'
            )
        ) as word
        from plain
        union all
        select substr(told, place, 2)
        from plain, generate_series(1, length(told) - 1) as place
        where substr(told, place, 2) ~ '^[\u4e00-\u9fff]{2}$'
    )
    select array_to_tsvector(coalesce(array_agg(distinct left(word, 200)), '{}')) from words where word <> ''
$$;
"""
"""A text's words in lower case; of Chinese each character and each pair of neighbours."""

SEARCHED = {
    "scm.customers": ("code", "name"),
    "scm.suppliers": ("code", "name"),
    "catalog.items": ("code", "name"),
}
"""Tables whose records the search box finds by words, each with an index."""
QUERY_CHARACTERS_MAX = 200


def searched_text(table: str) -> str:
    """The expression whose words are indexed."""
    return " || ' ' || ".join(f"coalesce({name}, '')" for name in SEARCHED[table])


def finder_of(table: str) -> str:
    """The function that finds a table's records by words."""
    schema, _, name = table.partition(".")
    return f"{schema}.find_{name}"


def search_statements(schemas: Sequence[str], *, tenant: str, app: str) -> list[str]:
    """What makes each searched table of these schemas quick to search; `tenant` is the SQL of the session's tenant.

    Behind row security only operators that can tell nothing of the rows they refuse may use an index, and the search
    for words is none of them: a million records would be read one by one. So a function of the tables' owner reads the
    index, for the session's tenant alone, and tells ids, which the asker then reads behind row security.
    """
    statements = []
    for table in SEARCHED:
        if table.split(".")[0] not in schemas:
            continue
        words, finder = f"kernel.search_words({searched_text(table)})", finder_of(table)
        found = f"select id from {table} where tenant_id = {tenant} and {words} @@ wanted"  # noqa: S608  # names of ours
        options = "language sql stable security definer set search_path = pg_catalog"
        statements += [
            f"create index {table.replace('.', '_')}_words on {table} using gin ({words})",
            f"create policy searching on {table} for select to current_user using (true)",
            f"create or replace function {finder}(wanted tsquery) returns setof uuid {options} as $$ {found} $$",
            f"revoke all on function {finder}(tsquery) from public",
            f"grant execute on function {finder}(tsquery) to {app}",
        ]
    return statements


def words_of_query(session: Session, query: str, *, field: str = "q") -> list[str]:
    """The words of what is searched for, in a field of this name.  Raises: Invalid where there is none, or too much."""
    if len(query) > QUERY_CHARACTERS_MAX:
        raise Invalid([FieldProblem(field, f"has more than {QUERY_CHARACTERS_MAX} characters", "text_too_long")])
    plain = query.replace("\x00", " ")
    [(found,)] = session.send("select tsvector_to_array(kernel.search_words(%(query)s::text))", {"query": plain}).rows()
    words = list(found or ())
    pairs = {word for word in words if len(word) > 1 and not word.isascii()}
    # A Chinese word is found by its pairs; single characters of it say nothing more.
    told = [word for word in words if word.isascii() or len(word) > 1 or not any(word in pair for pair in pairs)]
    if not told:
        raise Invalid([FieldProblem(field, "names no word to search for", "no_words")])
    return told


def prefix_query(words: list[str], *, operator: str = "&") -> str:
    """The words as a text search query in which each may be a beginning."""
    quoted = ("'" + word.replace("'", "''").replace("\\", "") + "':*" for word in words)
    return f" {operator} ".join(quoted)
