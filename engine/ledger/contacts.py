"""The contact sheet (责任单位联系表): units, and posts with the people who hold them."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from engine.ledger.draft import Entry, PostDraft
from engine.ledger.errors import Faults
from engine.ledger.values import LedgerPost, LedgerUnit, UnitKind
from engine.ledger.wording import WordingError, compact, normalise, read_yes_no
from engine.rules.addresses import is_email
from engine.rules.words import PostKind

Kind = TypeVar("Kind", bound=StrEnum)

_POST_WORDS = {
    PostKind.CONTACT: "联络员 联系人 经办人 承办人 具体负责人",
    PostKind.SECTION: "科室负责人 处室负责人 科室主要负责人 科长 处长",
    PostKind.UNIT_HEAD: "单位负责人 主要负责人 主要负责同志 责任人 局长 主任 区长 县长",
    PostKind.LEADER: "领办领导 责任领导 分管领导 包抓领导 市领导 政府领导 副市长",
    PostKind.PRINCIPAL: "政府主要领导 政府主要负责人 行政首长 市长 州长 盟长 专员",
    PostKind.OFFICE: "督查员 督查专员 督办员 督查室 督查联络员 督查人员",
    PostKind.SIGNER: "签发人 签发 签发领导 审签人 秘书长",
}
_UNIT_WORDS = {
    UnitKind.GOVERNMENT: "政府 本级政府 市政府",
    UnitKind.SUPERVISION_OFFICE: "督查机构 督查室",
    UnitKind.DEPARTMENT: "部门 政府部门 市直部门 工作部门 组成部门",
    UnitKind.LOWER_GOVERNMENT: "下级政府 县区 县（市、区） 县市区",
    UnitKind.AUTHORISED_BODY: "授权组织 授权或受托组织 事业单位 群团组织 国有企业",
}


def _by_word(table: dict[Kind, str]) -> dict[str, Kind]:
    return {compact(word): kind for kind, words in table.items() for word in words.split()}


_POSTS = _by_word(_POST_WORDS)
_UNITS = _by_word(_UNIT_WORDS)


def post_word(kind: PostKind) -> str:
    """How a sheet calls a kind of post."""
    return _POST_WORDS[kind].split()[0]


def unit_word(kind: UnitKind) -> str:
    """How a sheet calls a kind of unit."""
    return _UNIT_WORDS[kind].split()[0]


def read_contacts(
    drafts: list[PostDraft], faults: Faults
) -> tuple[tuple[LedgerUnit, ...], tuple[LedgerPost, ...]]:
    """Units in the order of the sheet and all posts; what is wrong goes to `faults`."""
    pairs = [(draft, post) for draft in drafts if (post := _read_post(draft, faults)) is not None]
    _check_deputies(drafts, {post.holder for _, post in pairs}, faults)
    _check_repeats(drafts, faults)
    _check_titles(pairs, faults)
    _check_addresses(pairs, faults)
    return _read_units(drafts, faults), tuple(post for _, post in pairs)


def _read_post(draft: PostDraft, faults: Faults) -> LedgerPost | None:
    if not draft.unit.text:
        faults.add(draft.unit.place, "没有填写单位", "请填写单位名称")
    if not draft.holder.text:
        faults.add(draft.holder.place, "没有填写姓名", "请填写这个岗位现任人员的姓名")
    kind = _read_kind(draft.post, faults)
    email = _read_email(draft, kind, faults)
    may_sign = _read_may_sign(draft.may_sign, faults)
    if kind is None or not draft.unit.text or not draft.holder.text:
        return None
    return LedgerPost(
        unit=normalise(draft.unit.text),
        kind=kind,
        holder=draft.holder.text,
        title=draft.title.text or draft.post.text,
        email=email,
        may_sign=may_sign,
        deputy=draft.deputy.text or None,
    )


def _read_kind(entry: Entry, faults: Faults) -> PostKind | None:
    kind = _POSTS.get(compact(entry.text))
    if kind is None:
        known = "、".join(words.split()[0] for words in _POST_WORDS.values())
        said = f"岗位“{entry.text}”不认识" if entry.text else "没有填写岗位"
        faults.add(entry.place, said, f"请填写{known}中的一个")
    return kind


def _read_email(draft: PostDraft, kind: PostKind | None, faults: Faults) -> str:
    email = normalise(draft.email.text)
    if email and not is_email(email):
        faults.add(
            draft.email.place, f"邮箱“{draft.email.text}”格式不对", "请写成 name@example.com 的形式"
        )
    if not email and kind is PostKind.CONTACT:
        faults.add(draft.email.place, "联络员没有邮箱，提示和催办无法送达", "请填写联络员的邮箱")
    return email


def _read_may_sign(entry: Entry, faults: Faults) -> bool:
    try:
        return read_yes_no(entry.text)
    except WordingError as error:
        faults.add_wording(entry.place, error)
        return False


def _read_units(drafts: list[PostDraft], faults: Faults) -> tuple[LedgerUnit, ...]:
    kinds: dict[str, UnitKind | None] = {}
    for draft in drafts:
        name, written = normalise(draft.unit.text), compact(draft.kind.text)
        if not name:
            continue
        kind = _UNITS.get(written)
        if written and kind is None:
            known = "、".join(words.split()[0] for words in _UNIT_WORDS.values())
            faults.add(
                draft.kind.place, f"单位类别“{draft.kind.text}”不认识", f"请填写{known}中的一个"
            )
        if kind and kinds.get(name) not in (None, kind):
            faults.add(draft.kind.place, f"“{name}”填写了两种单位类别", "请统一为一种")
        kinds[name] = kinds.get(name) or kind
    return tuple(LedgerUnit(name, kind or UnitKind.DEPARTMENT) for name, kind in kinds.items())


def _check_deputies(drafts: list[PostDraft], holders: set[str], faults: Faults) -> None:
    for draft in drafts:
        deputy = draft.deputy
        if deputy.text and deputy.text == draft.holder.text:
            faults.add(deputy.place, f"“{deputy.text}”不能做自己的AB角", "请填写另一位人员")
        elif deputy.text and deputy.text not in holders:
            faults.add(
                deputy.place,
                f"AB角“{deputy.text}”在责任单位联系表中找不到",
                "请为该人员补一行，或改正姓名",
            )


def _check_repeats(drafts: list[PostDraft], faults: Faults) -> None:
    seen: set[tuple[str, ...]] = set()
    for draft in drafts:
        key = tuple(compact(entry.text) for entry in (draft.unit, draft.post, draft.holder))
        if key in seen:
            faults.add(
                draft.holder.place, f"“{draft.holder.text}”的这个岗位重复", "请删去多余的一行"
            )
        seen.add(key)


def _check_titles(pairs: list[tuple[PostDraft, LedgerPost]], faults: Faults) -> None:
    """Posts of one kind in one unit are told apart by their titles; otherwise the second holder
    would silently take the first one's place."""
    holders: dict[tuple[str, PostKind, str], str] = {}
    for draft, post in pairs:
        other = holders.setdefault((post.unit, post.kind, post.title), post.holder)
        if other != post.holder:
            _refuse_same_title(draft, post, other, faults)


def _refuse_same_title(draft: PostDraft, post: LedgerPost, other: str, faults: Faults) -> None:
    if draft.title.text:
        place, instead, column = draft.title.place, "", "职务中"
    else:  # a sheet may have no column for titles, and so no cell to point at
        place, instead = draft.holder.place, "（没有填写职务的，以岗位为职务）"
        column = "“职务”列（没有的，加一列）"
    faults.add(
        place,
        f"{post.unit}的{other}和{post.holder}同为{post_word(post.kind)}，"
        f"职务都是“{post.title}”{instead}，分不清",
        f"同一单位的同类岗位，职务要各不相同，请在{column}写明分工或科室，"
        f"如“{post.title}（教育）”“{post.title}（城建）”；换了人的，只留现任",
    )


def _check_addresses(pairs: list[tuple[PostDraft, LedgerPost]], faults: Faults) -> None:
    addresses: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, PostKind, str]] = set()
    for draft, post in pairs:
        row = (post.unit, post.kind, post.holder)
        if not post.email or row in seen:  # a row that is repeated is told as such
            continue
        seen.add(row)
        known = addresses.setdefault((post.unit, post.holder), post.email)
        if known != post.email:
            faults.add(
                draft.email.place,
                f"{post.unit}{post.holder}写了两个邮箱（{known}、{post.email}）",
                "请统一为一个",
            )
