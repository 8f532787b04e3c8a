"""A question cut into words: Latin words one by one, Chinese text character by character."""

from __future__ import annotations

import re
import unicodedata

QUESTION_CHARACTERS_MAX = 1_000
_LATIN = "[^\\W_\u3400-\u9fff]+"
_WORD = re.compile(f"[\u3400-\u9fff]|{_LATIN}(?:[-.'\u2019/&]{_LATIN})*", re.UNICODE)
_PERCENT = re.compile(r"(?<=[^\d\s])\s*%(?!\w)")
"""Said of a figure, as in margin %; behind a number it belongs to that."""
_ASKED_LAST = re.compile(r"^(.{8,}?)\s*[-\u2013\u2014:,]\s*(how many|how much)\s*\?*\s*$", re.IGNORECASE | re.DOTALL)
_CHINESE = re.compile("[\u3400-\u9fff]")


def words_of(text: str) -> list[str]:
    """The words of a text in order, lower case, compatible forms folded into one."""
    plain = unicodedata.normalize("NFKC", text).replace("_", " ")
    found = _WORD.findall(_PERCENT.sub(" percent ", plain))
    return [part for word in found for part in _parts(_owner(word.casefold()))]


def asked_first(question: str) -> str:
    """The question with what it asks for in front: stores that bought in 2013 - how many?"""
    found = _ASKED_LAST.match(question)
    return f"{found[2]} {found[1]}" if found else question


def _owner(word: str) -> str:
    """A name without the ending that says whose something is."""
    for ending in ("'s", "\u2019s"):
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending)
    return word


def _parts(word: str) -> list[str]:
    """A word with a hyphen as its parts, but for codes and numbers: year-over-year, but SO-2024-00001."""
    return [word] if any(each.isdigit() for each in word) else [part for part in word.split("-") if part]


def singular(word: str) -> str:
    """An English word without its plural ending; other words as they are."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word  # noqa: PLR2004


def key_of(text: str) -> tuple[str, ...]:
    """What two spellings of one name share."""
    return tuple(singular(word) for word in words_of(text))


def is_chinese(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return _CHINESE.search(text) is not None


def locale_of(question: str, locale: str) -> str:
    """The language to answer in where none was asked for: Chinese where a question is, otherwise the asker's own."""
    return "zh" if is_chinese(question) and not locale.startswith("zh") else locale


def joined(words: list[str]) -> str:
    """Words as one reads them."""
    spaced = [f" {word}" if at and not _is_bound(words[at - 1], word) else word for at, word in enumerate(words)]
    return "".join(spaced)


def _is_bound(one: str, other: str) -> bool:
    """Whether no space stands between two words: where one is Chinese, unless names meet numbers in Latin letters."""
    return bool(_CHINESE.match(one) or _CHINESE.match(other))
