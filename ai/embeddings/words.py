"""The words by which texts are compared: lower case, in their plain form, Chinese as pairs of characters."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[0-9a-z\u0080-\u2fff\u3040-\u4dff\ua000-\uffff]+|[\u4e00-\u9fff]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_COMMON = """
    a an the is are was were be been do does did has have had of in on at to for from with by and or not no as it its
    this that these those there i we you he she they our your their my me us what which who whom whose when where why
    how can could may might must shall should will would if then than so about into over under out up down all any
    some each please tell show give find much many get long
    的 了 是 在 有 和 与 吗 呢 我 们 你 他 她 它 这 那 怎 么 什 哪 几 多 少 请 问 如 何 可 以 要 会 能
"""
# Pairs of characters across one of these mean nothing: they part what a question says.
_ASKING = re.compile(
    "多少|可以|能不能|能否|怎么样|怎么|怎样|如何|什么|为什么|哪些|哪个|哪|几|请问|是否|有没有|需要|[的了是吗呢]"
)
STOP_WORDS = frozenset(_COMMON.split())


def words_in(text: str) -> list[str]:
    """The words of a text in order; of Chinese each pair of neighbours, or the single character."""
    found: list[str] = []
    for part in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if not _CHINESE.match(part) or len(part) == 1:
            found.append(part)
        else:
            found += [part[at : at + 2] for at in range(len(part) - 1)]
    return found


def telling_words(text: str) -> list[str]:
    """The words that say what a text is about; all of them where every one is common."""
    words = list(dict.fromkeys(words_in(_ASKING.sub(" ", unicodedata.normalize("NFKC", text)))))
    told = [word for word in words if word not in STOP_WORDS and not set(word) <= STOP_WORDS]
    return told or list(dict.fromkeys(words_in(text)))
