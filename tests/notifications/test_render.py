"""Every kind of notice in words: what it says, in both bodies, and what it may never say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from engine.rules import papers
from engine.rules.facts import TargetFacts
from engine.rules.lifecycle import ProjectState
from engine.rules.quotes import Quote, lines_of, quote_to_data
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, Light, NoticeKind, PostKind, Reason
from engine.store.tables import Program
from notifications import filters, phrases
from notifications.letter import letter, view_of
from notifications.render import environment, render
from notifications.words import Addressee, Matter, Office, Words, WordsError
from tests.notifications import samples

EVERY_KIND = {
    "assignment": samples.an_assignment(),
    "support_notice": samples.a_support_notice(),
    "relief": samples.a_relief(),
    "reminder": samples.a_reminder(),
    "chase": samples.a_chase(),
    "yellow_warning": samples.a_yellow_warning(),
    "red_warning": samples.a_red_warning(),
    "summons_proposal": samples.a_summons_proposal(**samples.SIGNED),
    "conclusion": samples.a_conclusion(samples.STOPPED),
    "review_decision": samples.a_review_decision(),
    "weekly_digest": samples.a_weekly_digest(),
    "weekly_list": samples.a_weekly_digest(NoticeKind.WEEKLY_LIST, ""),
    "monthly_push": samples.a_monthly_push(),
    "monthly_brief": samples.a_monthly_brief(),
    "circular": samples.a_circular(**samples.SIGNED),
    "alarm": samples.an_alarm(samples.LOST, samples.NOBODY),
}


def words(
    *matters: Matter, to: Addressee = samples.CONTACT, office: Office = samples.OFFICE
) -> Words:
    return render(letter(to, [view_of(matter) for matter in matters]), office)


def plain(html: str) -> str:
    """What a reader of the HTML sees, without any blanks."""
    body = re.sub(r"<title>.*?</title>|<!--.*?-->|<[^>]+>", "", html, flags=re.DOTALL)
    return squeezed(unescape(body))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_says(said: Words, *sentences: str) -> None:
    """Both bodies hold every sentence."""
    for sentence in sentences:
        assert squeezed(sentence) in squeezed(said.text)
        assert squeezed(sentence) in plain(said.html)


def test_every_kind_of_notice_has_a_sample() -> None:
    assert set(EVERY_KIND) == {kind.value for kind in NoticeKind}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_has_one_short_line_of_subject_and_two_bodies(kind: str) -> None:
    said = words(EVERY_KIND[kind])

    assert said.subject.startswith("【") and len(said.subject) <= 62
    assert len(said.subject.splitlines()) == 1
    number = str(EVERY_KIND[kind].notice.id)
    assert_says(said, samples.OFFICE.name, "通知编号", number, "通知依据")
    assert samples.OFFICE.base_url in said.text and samples.OFFICE.base_url in said.html


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_same_notice_gives_the_same_words_to_the_letter(kind: str) -> None:
    assert words(EVERY_KIND[kind]) == words(EVERY_KIND[kind])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_html_needs_nothing_from_the_network_and_no_style_sheet(kind: str) -> None:
    html = words(EVERY_KIND[kind], office=Office("市政府督查室", "")).html

    assert not re.search(r"https?://|<(img|link|script|style)|url\(", html)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_text_has_no_blanks_at_line_ends_and_no_gaps(kind: str) -> None:
    text = words(EVERY_KIND[kind]).text

    assert not re.search(r" \n|\n\n\n", text)
    assert text.endswith("\n")


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_notice_threatens(kind: str) -> None:
    assert not re.search("处罚|严肃处理|问责|追究|批评|后果", words(EVERY_KIND[kind]).text)


def test_a_reminder_tells_item_promise_date_days_left_and_why() -> None:
    said = words(samples.a_reminder())

    assert said.subject == (
        "【提示】2023-07“新建改扩建中小学、幼儿园，新增学位7500个”：距6月30日节点时限还有3个工作日"
    )
    assert_says(
        said,
        "市教育局：",
        "下列事项节点时限临近，现予提示。",
        "新增校舍面积：7.3万平方米（已完成2.5万平方米）",
        "新增学位：7500个（尚未填报）",
        "2023年6月30日（节点时限：主体封顶）",
        "还有3个工作日（截至2023年6月27日）",
        "请核实本节点能否按期完成；已完成的，请填报。",
        "本提示无需专门答复",
        "“节点时限提示”规则，来源：提前1个工作日：某市电子监察办法；提前7日：本地设定",
        "已进入提前7个工作日提示的范围",
        "2023年6月27日",
    )


def test_an_alarm_tells_what_failed_why_who_got_it_and_what_to_do() -> None:
    said = words(samples.an_alarm(samples.LOST, samples.NOBODY), to=samples.INSPECTOR)

    assert said.subject == "【送达告警】2023年度民生实事：2处通知未送达，其中1处无人收到"
    assert_says(
        said,
        "示例·督查甲同志：",
        "催办：2023-07 新建改扩建中小学、幼儿园·主体封顶",
        "原送：市教育局马晓明（联系人），ma@example.gov.cn",
        "原因：邮箱不存在或已停用（服务器答复 550 5.1.1 no such user）",
        "现状：已改送杨局长（单位主要负责人）",
        "原送：市卫健局联系人",
        "原因：岗位空缺，且上级岗位均无人可收",
        "现状：无人收到",
        "duban address restore 姓名 --email 新邮箱",
        "duban post hold 岗位号",
        "单位没有设这个岗位、事项没有写领办领导的，在台账中补上再导入",
    )


def test_who_gets_a_letter_in_anothers_place_is_told_so_first() -> None:
    head = replace(samples.CONTACT, name="杨局长", post=PostKind.UNIT_HEAD)
    said = words(samples.a_chase(), to=replace(head, instead_of="马晓明（联系人）"))
    assert_says(said, "本件原送马晓明（联系人），因前一收件人的邮件无法送达，现送您，请安排办理。")
    leader = replace(samples.LEADER, instead_of="杨局长（单位主要负责人）")
    said = words(samples.a_chase(), to=leader)
    assert_says(said, "现送您，请转责任单位办理。")
    assert "现抄送阅知" not in said.text


def test_a_chase_tells_days_past_the_first_date_the_last_notice_and_by_when_to_answer() -> None:
    said = words(samples.a_chase())

    assert said.subject == "【催办】第5项“新增机动车停车泊位”：6月30日办结时限已逾期2个工作日"
    assert_says(
        said,
        "下列事项办结时限已过，尚未办结，现予催办。",
        "2023年6月30日（办结时限），原定2023年5月31日",
        "已逾期2个工作日",
        "半小时免费停车：全覆盖（已完成60%）",
        "2023年6月27日提示",
        "请于2023年7月7日前向市政府督查室书面答复，答复时注明通知编号103。",
        "办结时限提示（提前3个工作日）、办结时限提示（提前1个工作日）",
    )


def test_a_warning_on_progress_sets_actual_against_planned() -> None:
    said = words(samples.a_yellow_warning())

    assert said.subject.startswith("【黄色警示】2023-08“")
    assert said.subject.endswith("”：截至6月30日落后26.7个百分点")
    assert_says(
        said,
        "下列事项落后于序时进度，现予黄色警示。",
        "截至2023年6月30日，计划进度60%，实际进度33.3%，落后26.7个百分点",
        "请分析落后原因，报送赶上计划进度的措施和日期。",
        "当前为黄灯",
    )


def test_a_red_warning_names_the_unanswered_notice_and_who_gets_a_copy() -> None:
    said = words(samples.a_red_warning(), to=samples.LEADER)

    assert_says(
        said,
        "示例·领导丙同志：",
        "本件已送责任单位办理，现抄送阅知。",
        "2023年7月7日黄色警示，要求7月14日前答复，未答复",
        "领办领导",
        "2023年7月24日",
    )
    assert "抄送对象：领办领导" in said.text


def test_the_unit_itself_reads_no_note_on_copies() -> None:
    assert "现抄送阅知" not in words(samples.a_red_warning()).text


def test_a_notice_that_climbed_past_empty_posts_asks_to_be_passed_on() -> None:
    matter = samples.about(
        NoticeKind.CHASE,
        "chase-milestone",
        Reason.OVERDUE,
        samples.daily(date(2023, 7, 3)),
        samples.a_project(samples.a_deadline(DeadlineKind.MILESTONE, date(2023, 6, 30), "封顶")),
        audience=(PostKind.LEADER,),
    )

    assert_says(
        words(matter, to=samples.LEADER), "市教育局的联系岗位暂无收件人，现送请转责任单位办理。"
    )


def test_an_assignment_gives_the_basis_and_the_whole_plan() -> None:
    said = words(samples.an_assignment())

    assert said.subject.endswith("：距2月2日签收时限还有1个工作日")
    assert_says(
        said,
        "根据吴忠市第六届人民代表大会第二次会议审议通过的民生实事清单，下列事项交由市教育局牵头办理。",
        "副市长（示例·教育文旅）",
        "2023年6月30日前：主体封顶（累计60%）",
        "2023年11月30日",
        "请及时签收",
    )
    assert "进度情况" not in said.text


SUPPORTER = Addressee("苏丽", "市卫健局", PostKind.CONTACT)
RELIEVED = Addressee("田径", "市体育局", PostKind.CONTACT)


def test_a_support_unit_is_told_who_leads_and_that_nothing_is_asked_of_it() -> None:
    said = words(samples.a_support_notice(), to=SUPPORTER)

    assert said.subject.startswith("【配合通知】2023-07“")
    assert said.subject.endswith("”：请配合市教育局、市住建局办理")
    assert_says(
        said,
        "市卫健局：",
        "下列事项按吴政督〔2023〕1号由市教育局、市住建局牵头办理，你单位为配合单位，现予告知。",
        "本通知无需答复",
        "2023年6月30日前：主体封顶（累计60%）",
    )
    assert "签收时限" not in said.text and "进度情况" not in said.text


def test_what_only_informs_is_not_counted_among_what_is_to_be_done() -> None:
    only = words(samples.a_support_notice(), samples.a_relief(), to=SUPPORTER)
    mixed = words(samples.a_support_notice(), samples.a_reminder(), to=SUPPORTER)
    assert only.subject == "【督办告知】市卫健局：2件通知请知悉"
    assert mixed.subject == "【督办提醒】市卫健局：1件通知需要办理，另有1件请知悉"


def test_a_bundle_that_only_informs_names_the_leading_unit_once_in_its_contents() -> None:
    said = words(samples.a_support_notice(), samples.a_relief(), to=SUPPORTER)
    contents = said.text[: said.text.index("────")]
    assert contents.count("市教育局") == 2
    assert "，请配合" not in contents and "，改派" not in contents


def test_quotation_marks_in_a_title_become_single_ones_inside_quotation_marks() -> None:
    said = words(samples.a_reminder(title="“送戏下乡”文艺演出"))
    assert "“‘送戏下乡’文艺演出”" in said.subject
    assert_says(said, "“‘送戏下乡’文艺演出”")


def test_a_relieved_unit_is_told_who_has_the_item_now_and_why() -> None:
    said = words(samples.a_relief(), to=RELIEVED)

    assert said.subject.endswith("”：改派市教育局办理")
    assert_says(
        said,
        "下列事项已改由市教育局牵头办理，市体育局不再承担牵头责任",
        "职责划转",
        "请将已有的资料和进展移交现牵头单位",
        "山东建议提案办理规定",
    )
    assert "节点安排" not in said.text


def test_an_assignment_in_place_of_another_unit_says_so_and_names_the_document() -> None:
    said = words(samples.a_relief(NoticeKind.ASSIGNMENT))

    assert_says(
        said,
        "下列事项按吴政督〔2023〕1号改由市教育局牵头办理，市体育局不再办理。",
        "职责划转",
        "请及时签收",
    )


def test_a_document_that_the_basis_names_already_is_not_named_again() -> None:
    given = {"document": "第二次会议", "lead": ["市教育局"]}
    said = words(samples.handed_over(NoticeKind.ASSIGNMENT, "assign", 101, **given))

    assert "第二次会议审议通过的民生实事清单，下列事项交由市教育局牵头办理。" in said.text


def test_a_proposal_to_summon_is_marked_until_it_is_signed() -> None:
    draft = words(samples.a_summons_proposal(), to=samples.INSPECTOR)
    signed = words(samples.a_summons_proposal(**samples.SIGNED), to=samples.LEADER)

    assert draft.subject.startswith("【拟稿·待签发】约谈建议：2023-07“")
    assert_says(draft, "【拟稿·待签发】", "经授权人签发后方可发出", "2023年7月28日")
    assert signed.subject.startswith("【约谈建议】2023-07“")
    assert "拟稿" not in signed.text + signed.html
    assert_says(signed, "示例·领导甲签发，依据：市政府第20次常务会议", "2023年7月31日")


def test_a_weekly_digest_counts_in_its_subject_and_lists_under_its_headings() -> None:
    said = words(samples.a_weekly_digest())

    assert said.subject == (
        "【一周一督】市教育局（2023年第27周）：两周内到期2项、逾期1项、黄灯红灯1项、待整改1项"
    )
    assert_says(
        said,
        "一、两周内到期（2项）",
        "7月5日（填报时限：6月填报），还有2个工作日",
        "二、已逾期未完成（1项）",
        "6月30日（节点时限：主体封顶），已逾期1个工作日",
        "三、亮黄灯、红灯的事项（1项）",
        "●黄灯，计划进度60%，实际进度33.3%，落后26.7个百分点",
        "四、待整改问题（1项）",
        "限期整改，推进中，时限7月20日",
    )


@pytest.mark.parametrize("paper", [samples.a_weekly_digest, samples.a_monthly_push])
def test_a_paper_of_another_years_list_says_so_in_its_subject_and_its_heading(
    paper: Callable[[], Matter],
) -> None:
    matter = paper()
    assert "年度清单" not in words(matter).subject
    following = Program(year=2024, title="2024年度民生实事", issuer="吴忠市人民政府", basis="决定")
    said = words(replace(matter, program=following))

    assert "，2024年度清单）：" in said.subject
    assert "，2024年度清单）" in said.text.split("：")[1]


def test_a_weekly_digest_leaves_out_headings_without_items() -> None:
    matter = samples.a_weekly_digest()
    matter.notice.facts["paper"]["due_soon"] = []
    said = words(matter)

    assert "到期2项" not in said.subject
    assert_says(said, "一、已逾期未完成（1项）", "三、待整改问题（1项）")


def test_what_the_congress_handed_over_has_a_heading_of_its_own() -> None:
    matter = samples.a_weekly_digest()
    problem = papers.to_data(samples.PROBLEM)
    matter.notice.facts["paper"]["problems"].append(problem)
    said = words(matter)

    assert "人大交办1项、待整改1项" in said.subject
    assert_says(
        said,
        "四、人大交办问题（1项）",
        "2023-议1-2　城南片区大班额未化解",
        "交办问题，推进中，时限7月31日；正在调整学区",
        "五、待整改问题（1项）",
    )


def test_a_monthly_push_lists_what_is_open_and_asks_for_an_answer() -> None:
    said = words(samples.a_monthly_push())

    assert said.subject == "【一月一促】市教育局（2023年7月）：1项未办结"
    assert_says(
        said,
        "市教育局：",
        "你单位承办的人大交办事项尚有1项未办结",
        "2023-议1-2　城南片区大班额未化解",
        "交办问题，推进中，时限2023年7月31日，还有19个工作日；正在调整学区",
        "请逐项说明进展、存在的困难和预计办结日期；已办结的，请申请办结。",
        "请于2023年7月11日前向市政府督查室书面答复，答复时注明通知编号112。",
        "“人大交办事项一月一促”规则",
    )


def test_a_monthly_push_that_climbed_is_sent_to_be_passed_on() -> None:
    said = words(samples.a_monthly_push(), to=samples.INSPECTOR)

    assert_says(said, "市教育局的联系岗位暂无收件人，现送请转责任单位办理。")


def test_a_monthly_brief_has_a_table_that_adds_up() -> None:
    said = words(samples.a_monthly_brief(), to=samples.LEADER)
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)　(.+)$", said.text, re.MULTILINE)
    *fields, total = [[int(figure) for figure in row[:5]] for row in rows]

    assert [sum(column) for column in zip(*fields, strict=True)] == total
    assert total[0] == sum(total[1:]) == len(samples.STANDINGS)
    assert said.subject == (
        "【月度专报】2023年度民生实事办理情况专报（截至6月底）：共6件，绿灯3、黄灯1、红灯1、办结1"
    )
    assert_says(
        said,
        "共6件，其中绿灯3件、黄灯1件、红灯1件、已办结1件，办结率16.7%",
        "市城市管理局，●红灯，计划进度60%，实际进度20%，落后40个百分点",
        "正在整改1项",
        "小微公园围挡未按期拆除",
    )


def test_what_is_up_to_plan_and_yellow_is_not_called_behind_plan() -> None:
    up_to_plan = next(s for s in samples.STANDINGS if s.light is Light.GREEN)
    yellow = replace(up_to_plan, light=Light.YELLOW)
    matter = samples.a_monthly_brief()
    matter.notice.facts["paper"] = papers.to_data(papers.monthly_brief([yellow], matter.moment))
    brief = words(matter)
    assert_says(brief, "二、亮黄灯、红灯的事项", "以下1件亮黄灯或红灯", "未落后")
    assert "落后于计划" not in brief.text

    weekly = samples.a_weekly_digest()
    weekly.notice.facts["paper"]["behind"] = [papers.to_data(yellow)]
    digest = words(weekly)
    assert_says(digest, "三、亮黄灯、红灯的事项（1项）", "未落后")
    assert "落后序时进度" not in digest.text


def test_a_brief_with_nothing_behind_says_so() -> None:
    matter = samples.a_monthly_brief()
    on_plan = [s for s in samples.STANDINGS if s.light not in (Light.YELLOW, Light.RED)]
    brief = papers.monthly_brief(on_plan, matter.moment)
    matter.notice.facts["paper"] = papers.to_data(brief)

    assert_says(words(matter), "没有亮黄灯或红灯的事项。", "没有未完成的整改事项。")


def test_lagging_items_are_named_with_where_each_promise_stands() -> None:
    lines = (
        "新建公厕：承诺10座，按序时进度应完成6座，已完成2座，差4座",
        "新建小微公园：承诺2个，按序时进度应完成1个，尚未填报",
        "新增学位：承诺7500个，按序时进度应完成4500个，已完成2500个，差2000个",
        "教育发展公益基金：承诺100%，按序时进度应完成60%，已完成60%，已达到",
        "落后40个百分点，时限11月30日（原定9月30日）",
    )
    assert_says(words(samples.a_monthly_brief(), to=samples.LEADER), *lines)
    circular = words(samples.a_circular(**samples.SIGNED))
    assert_says(circular, *lines)
    annex = circular.text.partition("附件：")[2]
    assert all(line in annex for line in lines[:4])
    assert "11月30日（原定9月30日）" in annex


def test_the_office_s_list_counts_by_unit_and_adds_up() -> None:
    said = words(samples.a_weekly_digest(NoticeKind.WEEKLY_LIST, ""), to=samples.INSPECTOR)
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+)　(.+)$", said.text, re.MULTILINE)

    assert [row[4] for row in rows] == ["市教育局", "市城市管理局", "合计"]
    *units, total = [[int(figure) for figure in row[:4]] for row in rows]
    assert [sum(column) for column in zip(*units, strict=True)] == total == [2, 1, 1, 1]
    assert "合计" not in words(samples.a_weekly_digest()).text


def test_what_was_stopped_has_a_column_only_when_there_is_any() -> None:
    matter = samples.a_monthly_brief()
    stopped = replace(samples.STANDINGS[0], state=ProjectState.TERMINATED)
    brief = papers.monthly_brief([*samples.STANDINGS, stopped], matter.moment)
    matter.notice.facts["paper"] = papers.to_data(brief)

    assert_says(
        words(matter), "共7件，其中绿灯3件、黄灯1件、红灯1件、已办结1件、暂停或终止1件", "停办"
    )
    assert "停办" not in words(samples.a_monthly_brief()).text


def test_a_circular_has_its_three_parts_an_annex_and_no_names() -> None:
    said = words(samples.a_circular(**samples.SIGNED))

    assert said.subject == "【督查通报】2023年度民生实事督查通报（截至6月底）"
    assert_says(
        said,
        "各有关单位：",
        "一、基本情况",
        "共6件，其中绿灯3件、黄灯1件、红灯1件、已办结1件，办结率16.7%",
        "二、存在问题",
        "连续2个月亮黄灯或红灯",
        "三、督查建议",
        "倒排工期，按期完成",
        "需要重视的实事项目情况表（截至2023年6月30日）",
        "示例·领导甲签发，依据：市政府第20次常务会议",
    )
    assert "副市长" not in said.text + said.html


def test_a_circular_not_yet_signed_is_marked_as_a_draft() -> None:
    said = words(samples.a_circular(), to=samples.INSPECTOR)

    assert said.subject == "【拟稿·待签发】2023年度民生实事督查通报（截至6月底）"
    assert_says(said, "【拟稿·待签发】", "经授权人签发后方可发出")
    assert "现抄送阅知" not in said.text


def test_a_circular_says_until_when_even_if_its_title_does_not() -> None:
    assert words(samples.a_circular(title="督查通报")).subject.endswith("督查通报（截至6月底）")


def test_a_provisional_date_says_that_it_is_and_why() -> None:
    deadline = samples.a_deadline(
        DeadlineKind.COMPLETION, date(2028, 1, 10), "办结", provisional=True
    )
    matter = samples.about(
        NoticeKind.REMINDER,
        "remind-completion",
        Reason.DUE_SOON,
        samples.daily(date(2027, 12, 28)),
        samples.a_project(deadline),
    )

    assert_says(words(matter), "暂定日期：推算涉及放假安排尚未公布的年份，公布后重新核定")


@pytest.mark.parametrize("kind", DeadlineKind)
@pytest.mark.parametrize("rule", [NoticeKind.REMINDER, NoticeKind.CHASE])
def test_a_policy_without_an_ask_still_asks_for_something(
    kind: DeadlineKind, rule: NoticeKind
) -> None:
    chosen = next(r for r in samples.POLICY.rules if r.notice is rule)
    silent = samples.POLICY.model_copy(update={"rules": (chosen.model_copy(update={"ask": ""}),)})
    matter = samples.about(
        rule,
        chosen.id,
        Reason.OVERDUE,
        samples.daily(date(2023, 6, 27)),
        samples.a_project(samples.a_deadline(kind, date(2023, 6, 26))),
    )

    assert re.search("办理要求：(请|建议).{6,}。", words(replace(matter, policy=silent)).text)


def test_a_title_cannot_bring_markup_into_the_html() -> None:
    said = words(samples.a_reminder(title="<script>alert(1)</script>&<b>学位"))

    assert "<script" not in said.html and "<b>学位" not in said.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&lt;b&gt;学位" in said.html
    assert "<script>alert(1)</script>&<b>学位" in said.text


def test_a_title_on_several_lines_becomes_one() -> None:
    said = words(samples.a_reminder(title="新增学位\r\nBcc: all@example.com\u2028七千"))

    assert "新增学位 Bcc: all@example.com 七千" in said.subject
    assert len(said.subject.splitlines()) == 1


def test_a_title_cannot_run_template_code() -> None:
    assert "{{ 7 * 7 }}" in words(samples.a_reminder(title="{{ 7 * 7 }}")).text


def test_a_long_title_is_shortened_in_the_subject_only() -> None:
    title = "新增学位" * 40
    said = words(samples.a_reminder(title=title))

    assert len(said.subject) <= 60
    assert said.subject.endswith("…”：距6月30日节点时限还有3个工作日")
    assert_says(said, title)


def test_without_a_console_there_is_no_link() -> None:
    assert "办理入口" not in words(samples.a_reminder(), office=Office("市政府督查室", "")).text


def test_a_notice_whose_rule_is_gone_is_refused_in_chinese() -> None:
    matter = samples.a_reminder()
    matter.notice.rule = "no-such-rule"

    with pytest.raises(WordsError, match="通知102引用的规则“no-such-rule”不在政策版本"):
        words(matter)


def test_a_bundle_is_sorted_by_severity_then_date_and_begins_with_its_contents() -> None:
    said = words(
        samples.a_weekly_digest(),
        samples.a_reminder(),
        samples.a_yellow_warning(),
        samples.a_chase(),
        samples.a_red_warning(),
    )

    assert said.subject == "【督办提醒】市教育局：4件通知需要办理（逾期2件），附一周一督"
    assert tags(said.text) == tags(plain_lines(said.html))
    assert tags(said.text) == [*ORDER, *ORDER[:-1]]
    assert_says(said, "现将5件通知合并送达", "第5件，共5件", "请于2023年7月24日前答复")


ORDER = ["红色警示", "黄色警示", "催办", "提示", "一周一督"]


def tags(text: str) -> list[str]:
    return re.findall("【(红色警示|黄色警示|催办|提示|一周一督)】", text)


def plain_lines(html: str) -> str:
    """The HTML's contents list marks the kinds by colour and word instead of brackets."""
    return re.sub(r"&nbsp;(\w+)&nbsp;", r"【\1】", html.split("</title>")[1])


def test_items_of_one_severity_stand_in_the_order_of_their_dates() -> None:
    days = (date(2023, 7, 7), date(2023, 7, 5), date(2023, 7, 6))
    matters = [
        samples.about(
            NoticeKind.REMINDER,
            "remind-milestone",
            Reason.DUE_SOON,
            samples.daily(date(2023, 7, 3)),
            samples.a_project(samples.a_deadline(DeadlineKind.MILESTONE, day, "封顶")),
            id=number,
        )
        for number, day in enumerate(days)
    ]

    assert _numbers(words(*matters).text) == [1, 2, 0]


def _numbers(text: str) -> Sequence[int]:
    return [int(number) for number in re.findall(r"通知编号：(\d+)", text)]


def test_a_leader_gets_a_bundle_to_take_note_of() -> None:
    said = words(samples.a_red_warning(), samples.a_monthly_brief(), to=samples.LEADER)

    assert said.subject == "【督办阅知】1件督办情况（逾期1件），附月度专报"


def test_papers_alone_are_named_in_the_subject() -> None:
    lists = [samples.a_weekly_digest(NoticeKind.WEEKLY_LIST, "") for _ in range(2)]

    assert words(*lists, to=samples.INSPECTOR).subject == "【督办材料】督查室周清单（2份）"


@pytest.mark.parametrize(
    ("due", "on", "days", "expected"),
    [
        (date(2023, 6, 30), date(2023, 6, 27), 3, "距6月30日办结时限还有3个工作日"),
        (date(2023, 6, 30), date(2023, 6, 30), 0, "6月30日办结时限今日到期"),
        (date(2023, 7, 1), date(2023, 6, 30), 0, "7月1日办结时限到期前已无其他工作日"),
        (date(2023, 7, 1), date(2023, 7, 2), 0, "7月1日办结时限已到期"),
        (date(2023, 6, 30), date(2023, 7, 4), -2, "6月30日办结时限已逾期2个工作日"),
        (date(2024, 1, 5), date(2023, 12, 29), 4, "距2024年1月5日办结时限还有4个工作日"),
    ],
)
def test_a_date_is_told_in_working_days(due: date, on: date, days: int, expected: str) -> None:
    deadline = samples.a_deadline(DeadlineKind.COMPLETION, due)

    assert phrases.timing(deadline, on, days) == expected


def test_a_promise_of_two_measures_stays_one_promise() -> None:
    roads = [
        TargetFacts("农村公路", unit, TargetForm.AT_LEAST, Decimal(n), Decimal(done), "29条68公里")
        for unit, n, done in (("条", 29, "26"), ("公里", 68, "79.0"))
    ]

    assert phrases.targets(roads) == ("农村公路：29条68公里（已完成26条、79公里）",)


@pytest.mark.parametrize(
    ("value", "expected"), [("7500", "7500"), ("422.950", "422.95"), ("1E+3", "1000"), ("0.0", "0")]
)
def test_figures_have_no_trailing_zeros(value: str, expected: str) -> None:
    assert filters.figure(Decimal(value)) == expected


def test_a_template_that_names_something_unknown_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(SecurityError):
        environment().from_string("{{ ''.__class__.__mro__ }}").render()


def test_a_conclusion_tells_what_was_found_by_when_to_sign_and_how_to_contest_it() -> None:
    said = words(samples.a_conclusion(samples.STOPPED))

    assert said.subject == "【督查结论反馈】二季度民生实事暗访：发现问题1项"
    assert_says(
        said,
        "督查组（组长：示例·督查甲）于2023年6月12日至6月14日暗访（四不两直），查看了"
        "2023-07“新建改扩建中小学、幼儿园”、2023-08“成立教育发展公益基金”。",
        "一、督查结论",
        "学校建设总体有序，一处停工。",
        "二、发现的问题（1项）",
        "2023-07-改1　二期停工，三处无人施工",
        "整改时限7月14日",
        "请于2023年6月16日前签收，签收时注明通知编号112。",
        "逐项申请办结",
        "可以自收到之日起30个自然日内向市政府督查室申请复核（《政府督查工作条例》第十七条）",
    )


def test_a_conclusion_without_findings_asks_for_the_receipt_only() -> None:
    said = words(samples.a_conclusion())

    assert said.subject.endswith("：未发现问题")
    assert "二、" not in said.text and "限期整改" not in said.text


def test_the_decision_of_a_review_tells_its_outcome_and_what_follows() -> None:
    said = words(samples.a_review_decision())

    assert said.subject.startswith("【复核决定】2023-07-改1“") and "变更原结论" in said.subject
    assert_says(
        said,
        "市教育局于2023年6月20日就督查“二季度民生实事暗访”中的限期整改申请复核。",
        "变更原结论。停工因汛期，属实。",
        "整改时限由2023年7月14日改为2023年8月11日",
        "仍在督办的，自下一个工作日起继续督办。",
    )
    assert "二、" not in said.text


def test_a_letter_on_a_disputed_item_says_so() -> None:
    said = words(samples.a_review_reminder(), to=samples.INSPECTOR)

    assert "距7月20日复核时限还有3个工作日" in said.subject
    assert_says(
        said,
        "2023年7月20日（复核时限：复核申请5的决定）",
        "单位已申请复核，异议中",
        "请由未参加原督查、未签发原通知的人员复核，按期作出决定。",
    )


def test_a_warning_quotes_what_was_not_answered_in_the_text_and_on_the_page() -> None:
    quote = Quote(
        number=88,
        kind=NoticeKind.CHASE,
        issued_on=date(2023, 7, 3),
        reply_by=date(2023, 7, 6),
        answered_on=None,
        standing=Reason.UNANSWERED,
        to=("马晓明（联系人）",),
        asked="请说明原因。",
    )
    lines = (
        "2023年7月3日发给马晓明（联系人）的催办（通知88）",
        "要求：请说明原因",
        "限2023年7月6日前答复，至今未答复",
    )
    assert tuple(lines_of(quote)) == lines
    warning = samples.a_yellow_warning()
    warning.notice.facts["decision"]["quoted"] = quote_to_data(quote)
    words = render(letter(samples.CONTACT, [view_of(warning)]), samples.OFFICE)
    assert all(line in words.text and line in words.html for line in lines)
