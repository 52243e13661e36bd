"""填报 in the console: last figures offered, doubts shown before they are kept, corrections."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engine.builders import CONTACT, OFFICE, OTHER_CONTACT
from tests.web.console.conftest import Browser, ConsoleOffice

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""Reporting itself is tested on both databases where the engine's is."""

HERE = "/projects/2023-01/report"


def figures(places: str, gardens: str) -> dict[str, str]:
    return {
        "figures.0.metric": "学位",
        "figures.0.value": places,
        "figures.1.metric": "幼儿园",
        "figures.1.value": gardens,
    }


def next_month(office: ConsoleOffice) -> Browser:
    """In May the contact signs in once more."""
    office.office.go_to(date(2023, 5, 10))
    return office.browser(CONTACT)


def report(browser: Browser, places: str, gardens: str, address: str = HERE, **more: str) -> str:
    return browser.do(address, **figures(places, gardens), **more)


def test_a_unit_reports_and_is_offered_its_last_figures_again(underway: ConsoleOffice) -> None:
    browser = underway.browser(CONTACT)
    assert "还没有填报过" in browser.page(HERE)
    assert "2023年4月已填报" in report(browser, "１，０００", "1", text="已全部开工")
    again = browser.page(HERE)
    assert 'value="1000"' in again and "上次1000个" in again
    assert "2023年4月，已经填报，再填即为更正" in again
    assert "已全部开工" in browser.page("/projects/2023-01/reports")


def test_a_figure_that_falls_is_asked_about_and_kept_with_its_reason(
    underway: ConsoleOffice,
) -> None:
    browser = underway.browser(CONTACT)
    report(browser, "1000", "1")
    browser = next_month(underway)
    answer = browser.send(HERE, **figures("900", "1"))
    assert answer.status_code == 422
    assert 'value="falls:学位"' in answer.text and "写明原因" in answer.text
    assert "累计数下降" not in browser.page("/projects/2023-01/reports")
    report(
        browser,
        "900",
        "1",
        **{"reasons.0.code": "falls:学位", "reasons.0.reason": "两所重复计算，已核减"},
    )
    assert "两所重复计算" in browser.page("/projects/2023-01/reports")


def test_a_report_is_looked_over_while_it_is_typed_and_nothing_is_kept(
    underway: ConsoleOffice,
) -> None:
    browser = underway.browser(CONTACT)
    report(browser, "1000", "1")
    browser = next_month(underway)
    text = browser.page(f"{HERE}/check?figure=学位=900&text=一切正常")
    assert 'data-code="falls:学位"' in text
    assert "data-fault" in browser.page(f"{HERE}/check?figure=学位=很多")
    found = underway.program(CONTACT).get(f"{HERE}/check", figure="学位=900", text="x").json()
    assert [doubt["metric"] for doubt in found["doubts"]] == ["学位"]
    assert "还没有填报过" not in browser.page("/projects/2023-01/reports")


def test_an_earlier_period_is_corrected_and_both_versions_stay(underway: ConsoleOffice) -> None:
    browser = underway.browser(CONTACT)
    report(browser, "1000", "1")
    browser = next_month(underway)
    address = "/projects/2023-01/reports/2023-04/correct"
    assert "2023年4月" in browser.page(address)
    text = report(browser, "1010", "1", address=address)
    assert "第2次填报" in text
    assert browser.look("/projects/2023-01/reports/四月/correct").status_code == 404
    assert "第2次，更正" in browser.page("/projects/2023-01/reports")


def test_what_is_no_figure_is_told_beside_its_field_and_nothing_typed_is_lost(
    underway: ConsoleOffice,
) -> None:
    browser = underway.browser(CONTACT)
    answer = browser.send(HERE, **figures("很多", "2"), text="已开工")
    assert answer.status_code == 422
    assert (
        "“很多”不是数字" in answer.text
        and 'value="很多"' in answer.text
        and "已开工" in answer.text
    )
    assert "不能小于0" in browser.refused(HERE, **figures("-1", "2"))


def test_who_reported_meanwhile_is_told_and_nothing_is_written_over(
    underway: ConsoleOffice,
) -> None:
    browser = underway.browser(CONTACT)
    report(browser, "1000", "1")
    said = browser.refused(HERE, **figures("10", "1"), seen="0")
    assert f"{CONTACT}已在4月3日填报了2023年4月" in said
    assert "10个" not in browser.page("/projects/2023-01/reports")


def test_others_cannot_report_on_an_item(underway: ConsoleOffice) -> None:
    assert underway.browser(OFFICE).look(HERE).status_code == 403
    refused = underway.program(OTHER_CONTACT).post(HERE, {"text": "x"})
    assert refused.status_code == 403  # a support unit sees it, and does not lead it
