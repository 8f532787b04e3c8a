"""Names that are said twice, in Chinese and in brackets as the books have them: 车轮 (Wheels)."""

from __future__ import annotations

import re

from ai.questions.lexicon import Lexicon
from ai.questions.pieces import Piece, best_pieces
from ai.questions.words import key_of, words_of

_GLOSS = re.compile("([\u3400-\u9fff]+)\\s*[（(]\\s*([A-Za-z][^（）()]*?)\\s*[)）]")


def said_once(question: str, lexicon: Lexicon) -> str:
    """The question with each of such names once: as it stands in brackets where nobody knows the words before."""
    return _GLOSS.sub(lambda found: _once(found, lexicon), question)


def _once(found: re.Match[str], lexicon: Lexicon) -> str:
    named = set(lexicon.members.by_name.get(key_of(found[2]), ()))
    pieces = best_pieces(words_of(found[1]), lexicon)
    if not named or not pieces:
        return found[0]
    if named & set(pieces[-1].members):
        return found[1]
    known = _without_unknown_end(pieces)
    said = "".join(words_of(found[1])[: known[-1].end if known else 0])
    return f"{said}({found[2]})" if len(known) < len(pieces) else found[0]


def _without_unknown_end(pieces: list[Piece]) -> list[Piece]:
    end = len(pieces)
    while end and pieces[end - 1].kind == "unknown":
        end -= 1
    return pieces[:end]
