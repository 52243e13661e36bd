"""The figures of GB/T 9704-2012, in the units that a .docx writes: twips, eighths of a point."""

from __future__ import annotations

from dataclasses import dataclass

TWIPS_PER_MM = 1440 / 25.4

PAPER = (11906, 16838)  # A4
TOP, LEFT, RIGHT, BOTTOM = 37, 28, 26, 35  # mm; the type area is 156 × 225 mm
WIDE = 156
LETTER_TOP = 30  # mm from the edge to the mark of a letter
HEADER = 10  # mm from the upper edge to the head of a page
LETTER_WIDE = 170  # mm, the double rules of a letter
LETTER_RULE = 20  # mm from the lower edge to the lower rule
NUMBER_AT = 24.4  # mm from the lower edge to the foot of the page number
HEAD_AT = 35  # mm from the top of the type area to the mark of a paper

RULES = {"top": "8", "bottom": "8", "insideH": "6"}  # of the 版记: 0.35 mm and 0.25 mm

CHARACTERS = 28  # on a line
LINE = 579  # twips: 22 of them fill 225 mm; 29 pt would give 21 lines
GRID_SPACE = -848  # 4096ths of a point, taken off 16 pt: 28 characters in 156 mm
TEXT_SIZE = 16  # points, 3号
CLOSER = -8  # twips: the same for text off the grid; 28 characters fit, 29 do not
EM = TEXT_SIZE * 20 + CLOSER  # twips, a character of the text

MARK_SIZES = (30, 52)  # points, the smallest and the largest size of the mark
BY_HAND = 3  # rows at the end of a form that are sealed and written on, and stay together
SMALL_MARK = 40  # points, the largest on a form or a letter
MARK_LINE, MARK_GAP = 1.2, 0.13  # its line by its size; the empty part above its strokes
TITLE_ROOM = 20  # characters of 22 pt in 156 mm

CELL = 85  # twips on each side of a cell

RED = "FF0000"


def twips(millimetres: float) -> int:
    """Millimetres as a .docx writes lengths."""
    return round(millimetres * TWIPS_PER_MM)


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface by its name, and what stands in for it where it is not installed."""

    name: str
    instead: tuple[str, ...]


XIAO_BIAO_SONG = Face(
    "方正小标宋简体", ("方正小标宋_GBK", "小标宋体", "华文中宋", "STZhongsong", "宋体", "SimSun")
)
FANG_SONG = Face("仿宋_GB2312", ("仿宋", "FangSong", "华文仿宋", "STFangsong", "Noto Serif CJK SC"))
KAI = Face("楷体_GB2312", ("楷体", "KaiTi", "华文楷体", "STKaiti"))
HEI = Face("黑体", ("SimHei", "华文黑体", "STHeiti", "Noto Sans CJK SC"))
SONG = Face("宋体", ("SimSun", "华文宋体", "STSong", "Noto Serif CJK SC"))
FACES = (XIAO_BIAO_SONG, FANG_SONG, KAI, HEI, SONG)


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style.

    Attributes:
        size: points.
        align: both, center, left or right.
        first: characters by which the first line is indented.
        hang: characters by which the further lines are indented.
        sides: twips of indent left and right; negative ones reach out of the type area.
        before: twips above.
        line: twips from line to line, exact.
        border: the edge (top, bottom), kind, eighths of a point, points of distance and colour.
        tab: whether a tab goes to the right edge.
        outline: the level of a heading, from 0.
    """

    id: str
    name: str
    face: Face = FANG_SONG
    size: float = 16
    align: str = "both"
    first: int = 0
    hang: int = 0
    sides: tuple[int, int] = (0, 0)
    before: int = 0
    line: int = LINE
    keep: bool = False
    colour: str = ""
    borders: tuple[tuple[str, str, int, int, str], ...] = ()
    tab: bool = False
    outline: int | None = None


_BESIDE = (WIDE + LEFT + RIGHT - LETTER_WIDE) / 2  # mm, the rules of a letter from the edges
_OUT = (twips(_BESIDE - LEFT), twips(_BESIDE - RIGHT))
_BY_ONE = (280, 280)  # 版记: a character of 14 pt on each side

STYLES = (
    Style("Text", "正文段落", first=2),
    Style("Flush", "顶格", align="left"),
    Style("Urgency", "紧急程度", HEI, align="left"),
    Style("Mark", "发文机关标志", XIAO_BIAO_SONG, align="center", colour=RED),
    Style(
        "Number",
        "发文字号",
        align="center",
        before=2 * LINE,
        borders=(("bottom", "single", 18, 5, RED),),
    ),
    Style(
        "LetterMark",
        "信函标志",
        XIAO_BIAO_SONG,
        align="center",
        sides=_OUT,
        colour=RED,
        borders=(("bottom", "thickThinSmallGap", 24, 9, RED),),
    ),
    Style("LetterNumber", "信函编号", align="right"),
    Style("Title", "公文标题", XIAO_BIAO_SONG, 22, "center", before=2 * LINE, keep=True),
    Style("Addressee", "主送机关", align="left", before=LINE),
    Style("Level1", "一级标题", HEI, first=2, keep=True, outline=0),
    Style("Level2", "二级标题", KAI, first=2, keep=True, outline=1),
    Style("Level3", "三级标题", first=2, outline=2),
    Style("Level4", "四级标题", first=2, outline=3),
    Style("AnnexNote", "附件说明", align="left", sides=(5 * EM, 0)),
    Style("Signature", "署名日期", align="left"),
    Style("Note", "附注", align="left", sides=(2 * EM, 0)),
    Style("AnnexMark", "附件序号", HEI, align="left"),
    Style("AnnexTitle", "附件标题", XIAO_BIAO_SONG, 22, "center", before=LINE, keep=True),
    Style("Label", "表单栏目", HEI, 12, "center", line=290),
    Style("Value", "表单内容", FANG_SONG, 12, "left", line=290),
    Style("Column", "表头", HEI, 12, "center", line=340),
    Style("Cell", "表格文字", FANG_SONG, 12, "left", line=340),
    Style("Figure", "表格数字", FANG_SONG, 12, "center", line=340),
    Style("Space", "表后空行", line=120),
    Style("Record", "版记", FANG_SONG, 14, "left", sides=_BY_ONE, hang=3, line=480, tab=True),
    Style("PageOdd", "单页页码", SONG, 14, "right", sides=(0, 280), line=360),
    Style("PageEven", "双页页码", SONG, 14, "left", sides=(280, 0), line=360),
    Style(
        "LetterFoot",
        "信函下线",
        sides=_OUT,
        size=2,
        line=40,
        borders=(("bottom", "thinThickSmallGap", 24, 0, RED),),
    ),
)
