"""Plain readings of short Chinese texts as people type them into tables."""

from __future__ import annotations

import re
import unicodedata

from engine.errors import DubanError

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千]"
_LARGEST = 9999
_ORDINAL = re.compile(r"^[(第]?(\d{1,20}|" + CHINESE_NUMERAL + r"+)[)、.项号]*$")
_LEADS = re.compile(r"\s*\((?:牵头|主办|负责)(?:单位|部门)?\)$")
_YES = frozenset({"是", "有", "可", "可以", "√", "✓", "✔", "true", "yes", "y", "1"})
_NO = frozenset(
    {"", "否", "无", "不可", "不可以", "×", "✗", "x", "-", "—", "/", "false", "no", "n", "0"}
)
# Signs that number the parts of a cell; half-width they would be digits of what follows.
_LIST_SIGN = re.compile(r"[①-⒛㈠-㈩❶-❿]")
_SIGNS = {
    "㎢": "平方公里",
    "km²": "平方公里",
    "㎞": "公里",
    "㎡": "平方米",
    "m²": "平方米",
    "m³": "立方米",
    **dict.fromkeys("−‐‑‒", "-"),
    "―": "—",
    "〜": "~",
}
_UNIT_SEPARATORS = "、,;/ \n\t"
_OPENING, _CLOSING = "([{【〔《“", ")]}】〕》”"


class WordingError(DubanError):
    """A text that cannot be read; `message` says what is wrong and `cure` what to write."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(f"{message}。{cure}")
        self.message = message
        self.cure = cure


def normalise(text: str) -> str:
    """Full-width figures, letters and punctuation as half-width ones; outer blanks removed."""
    # NFKC would turn the square-metre sign into "m2", which reads as two measures.
    for sign, name in _SIGNS.items():
        text = text.replace(sign, name)
    return unicodedata.normalize("NFKC", text).strip()


def compact(text: str) -> str:
    """The normalised text without any white space, as headings and dates are compared."""
    return re.sub(r"\s+", "", normalise(text))


def one_line(text: str) -> str:
    """The text without the line breaks that only fit it into a narrow cell."""
    return "".join(line.strip() for line in text.split("\n"))


def shortened(text: str) -> str:
    """The text on one line, cut where it is too long for a message."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 24 else plain[:23] + "…"


def without_parentheses(text: str) -> str:
    """The normalised text without its remarks in (round) parentheses, nested ones included."""
    previous, current = "", normalise(text)
    while current != previous:
        previous, current = current, re.sub(r"\([^()]*\)", "", current)
    return current.strip()


def split_outside_parentheses(text: str, separators: str) -> tuple[str, ...]:
    """The non-empty pieces of the normalised text between `separators`, brackets kept whole."""
    pieces, piece, depth = [], "", 0
    for char in normalise(text):
        depth += (char in _OPENING) - (char in _CLOSING)
        if char in separators and depth <= 0:
            pieces.append(piece)
            piece = ""
        else:
            piece += char
    return tuple(cleaned for raw in (*pieces, piece) if (cleaned := raw.strip()))


def without_list_signs(text: str) -> str:
    """The text with a semicolon for every ①, as ①二月 is no December."""
    return _LIST_SIGN.sub(";", text)


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below 10000, such as 十二 or 两百零五.

    Raises WordingError where the characters do not form a number.
    """
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit, scale = 0, None, 10000
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES and _SCALES[char] < scale:
            scale = _SCALES[char]
            total += (1 if digit is None else digit) * scale
            digit = None
        else:
            raise WordingError(f"“{text}”不是数字", "请用阿拉伯数字填写")
    if not text:
        raise WordingError("没有填写数字", "请用阿拉伯数字填写")
    return total + (digit or 0)


def read_integer(text: str) -> int:
    """A running number (序号) such as 12, １２, 12.0, （十二） or 十二、.

    Raises WordingError where it is no whole number.
    """
    plain = re.sub(r"\.0+$", "", compact(text))
    match = _ORDINAL.match(plain)
    if match is None:
        raise WordingError(f"序号“{text.strip()}”不是整数", "请填写 1、2、3 这样的整数")
    digits = match.group(1)
    number = int(digits) if digits.isdecimal() else chinese_number(digits)
    if not 1 <= number <= _LARGEST:
        raise WordingError(f"序号“{text.strip()}”不在1到{_LARGEST}之间", "请从1编起")
    return number


def read_yes_no(text: str) -> bool:
    """是/否 and the marks people use for it; an empty text is no. Raises WordingError."""
    plain = compact(text).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise WordingError(f"“{text.strip()}”既不是“是”也不是“否”", "请填写“是”或“否”")


def read_names(text: str) -> tuple[str, ...]:
    """The names in a cell, each once, in order; 、 inside brackets belongs to the name, a remark
    that it leads does not."""
    parts = split_outside_parentheses(text, _UNIT_SEPARATORS)
    names = (_LEADS.sub("", part) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name not in {"", "无", "-", "—"}))
