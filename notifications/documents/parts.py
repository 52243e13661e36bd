"""The parts of a blank sheet as XML: styles, settings, fonts, page, headers and footers."""

from __future__ import annotations

from collections.abc import Iterator

from docx.oxml.ns import nsdecls

from notifications.documents import page
from notifications.documents.page import Face, Style, twips


def styles() -> str:
    """All styles: the defaults, on which the grid counts its characters, and ours."""
    cell = page.CELL
    own = "".join(map(_style, page.STYLES))
    return (
        f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(page.FANG_SONG)}"
        '<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" '
        'w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr>'
        '<w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr>'
        f'<w:rPr>{_fonts(page.FANG_SONG)}<w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblCellMar><w:left w:w="{cell}" w:type="dxa"/><w:right w:w="{cell}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr></w:style>{own}</w:styles>"
    )


def settings() -> str:
    """Odd and even pages differ; the layout is that of Word 2013 and later."""
    return (
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def fonts() -> str:
    """The typefaces by name, each with what stands in for it where it is not installed."""
    listed = "".join(map(_font, page.FACES))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<w:fonts {nsdecls('w')}>{listed}</w:fonts>"
    )


def section(letter: bool) -> str:
    """Page, margins and grid."""
    top = page.LETTER_TOP if letter else page.TOP
    foot = page.LETTER_RULE if letter else page.NUMBER_AT
    return (
        f'<w:sectPr {nsdecls("w")}><w:pgSz w:w="{page.PAPER[0]}" w:h="{page.PAPER[1]}"/>'
        f'<w:pgMar w:top="{twips(top)}" w:right="{twips(page.RIGHT)}" '
        f'w:bottom="{twips(page.BOTTOM)}" w:left="{twips(page.LEFT)}" '
        f'w:header="{twips(page.HEADER)}" '
        f'w:footer="{twips(foot)}" w:gutter="0"/>{"<w:titlePg/>" if letter else ""}'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{page.LINE}" '
        f'w:charSpace="{page.GRID_SPACE}"/></w:sectPr>'
    )


def paragraph(style: str, line: int = 0) -> str:
    """An empty paragraph, of an exact height in twips if one is given."""
    height = f'<w:spacing w:line="{line}" w:lineRule="exact"/>' if line else ""
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{height}</w:pPr></w:p>'


def page_number(style: str, letter: bool) -> str:
    """— 1 —, its foot 25 mm from the edge; the lower rule of letters lies lower than that."""
    below = twips(page.NUMBER_AT - page.LETTER_RULE) if letter else 0
    runs = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>'
        f'<w:spacing w:after="{below}"/></w:pPr>{runs}</w:p>'
    )


def _style(style: Style) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}">'
        f'<w:name w:val="{style.name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{''.join(_paragraph_properties(style))}</w:pPr>"
        f"<w:rPr>{''.join(_run_properties(style))}</w:rPr></w:style>"
    )


def _paragraph_properties(style: Style) -> Iterator[str]:
    """In the order that the schema asks for."""
    if style.keep:
        yield "<w:keepNext/><w:keepLines/>"
    if style.borders:
        edges = "".join(
            f'<w:{edge} w:val="{kind}" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
            for edge, kind, size, space, colour in style.borders
        )
        yield f"<w:pBdr>{edges}</w:pBdr>"
    if style.tab:
        edge = twips(page.WIDE) - style.sides[1]
        yield f'<w:tabs><w:tab w:val="right" w:pos="{edge}"/></w:tabs>'
    # No gaps between Chinese and figures, or a line holds no 28 characters and dates fall apart.
    yield '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    # Off the grid: some programs lay a glyph of 16 pt over two cells of 15.79 pt.
    yield '<w:snapToGrid w:val="0"/>'
    yield f'<w:spacing w:before="{style.before}" w:line="{style.line}" w:lineRule="exact"/>'
    yield _indent(style)
    yield f'<w:jc w:val="{style.align}"/>'
    if style.outline is not None:
        yield f'<w:outlineLvl w:val="{style.outline}"/>'


def _indent(style: Style) -> str:
    left, right = style.sides
    em = round(style.size * 20) + (page.CLOSER if style.size == page.TEXT_SIZE else 0)
    sides = f'w:left="{left + style.hang * em}" w:right="{right}"'
    if style.hang:
        return f'<w:ind {sides} w:hanging="{style.hang * em}"/>'
    if style.first:
        first = f'w:firstLineChars="{style.first * 100}" w:firstLine="{style.first * em}"'
        return f"<w:ind {sides} {first}/>"
    return f"<w:ind {sides}/>"


def _run_properties(style: Style) -> Iterator[str]:
    yield _fonts(style.face)
    if style.colour:
        yield f'<w:color w:val="{style.colour}"/>'
    if style.size == page.TEXT_SIZE:
        yield f'<w:spacing w:val="{page.CLOSER}"/>'
    half_points = round(style.size * 2)
    yield f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _fonts(face: Face) -> str:
    name = face.name
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _font(face: Face) -> str:
    family = "swiss" if face is page.HEI else "roman"
    return (
        f'<w:font w:name="{face.name}"><w:altName w:val="{",".join(face.instead)}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
    )
