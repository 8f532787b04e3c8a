"""An answer out of documents: the sentences that fit, quoted with document and place; never a figure of our own."""

from __future__ import annotations

from collections.abc import Sequence

from ai.embeddings.ranking import Ranked, fitting
from ai.embeddings.reading import is_row
from ai.embeddings.sentences import sentences_of, shortened
from ai.embeddings.words import telling_words, words_in
from ai.questions.service import Reply
from ai.questions.texts import text_of

CITED_MAX, SENTENCES_MAX, QUOTE_CHARACTERS_MAX = 3, 2, 400
DOCUMENTS_MAY_HELP = frozenset(
    ("unknown_word", "no_metric", "many_members", "partial_member", "why", "not_by_dimension", "several_dimensions")
)


def answer_from(found: Sequence[Ranked], question: str, locale: str) -> Reply | None:
    """The passages that fit a question, or nothing where none does."""
    fit = fitting(found)[:CITED_MAX]
    if not fit:
        return None
    citations = tuple(_citation(each, question) for each in fit)
    first = citations[0]
    text = text_of("cited", locale, quote=first["quote"], title=first["title"], place=first["place"] or "–")
    return Reply("answered", text, citations=citations, read_by="documents")


def _citation(found: Ranked, question: str) -> dict[str, str | int | float]:
    hit = found.hit
    return {
        "document_id": str(hit.document_id),
        "title": hit.title,
        "source": hit.source,
        "revision": hit.revision,
        "place": hit.place,
        "quote": _quote(hit.body, hit.place, question),
        "score": found.score,
    }


def _quote(body: str, place: str, question: str) -> str:
    """The sentences of a piece that hold most of the question's words, in their order; of a table, the whole row."""
    sentences = [body] if is_row(place) else sentences_of(body)
    wanted = telling_words(question)
    scores = [sum(any(said.startswith(word) for said in words_in(each)) for word in wanted) for each in sentences]
    best = sorted(range(len(sentences)), key=lambda at: (-scores[at], at))[:SENTENCES_MAX]
    told = {at for at in best if scores[at] or at == best[0]}
    if sentences[best[0]].endswith(("?", "？")) and best[0] + 1 < len(sentences):
        told = {best[0], best[0] + 1}  # a document that asks the question itself answers it next
    return shortened(" ".join(sentences[at] for at in sorted(told)), QUOTE_CHARACTERS_MAX)
