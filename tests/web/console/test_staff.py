"""单位与岗位、离岗、邮箱、模板."""

from __future__ import annotations

from sqlalchemy import select

from engine.store.tables import Leave, Person, Post, TemplateVersion, Unit
from tests.engine.builders import CONTACT, OFFICE
from tests.web.console.conftest import ConsoleOffice


def post_of(office: ConsoleOffice, name: str) -> tuple[int, int]:
    """The number of a person's post, and of its unit."""
    with office.service.database.read() as session:
        query = select(Post.id, Post.unit_id).join(Person, Post.holder_id == Person.id)
        found = session.execute(query.where(Person.name == name)).first()
        assert found is not None
        return found.id, found.unit_id


def test_the_office_sees_all_units_and_a_unit_its_own(assigned: ConsoleOffice) -> None:
    with assigned.service.database.read() as session:
        names = list(session.scalars(select(Unit.name)))
    page = assigned.browser(OFFICE).page("/staff")
    assert all(name in page for name in names)
    _, unit = post_of(assigned, CONTACT)
    listed = assigned.program(CONTACT).get("/staff").json()
    assert [row["unit"]["number"] for row in listed["units"]] == [unit]
    _, other = post_of(assigned, OFFICE)
    browser = assigned.browser(CONTACT)
    assert browser.look(f"/staff/units/{unit}").status_code == 200
    assert browser.look(f"/staff/units/{other}").status_code == 404


def test_a_new_holder_takes_a_post_and_a_deputy_is_named(assigned: ConsoleOffice) -> None:
    number, unit = post_of(assigned, CONTACT)
    browser = assigned.browser(OFFICE)
    said = browser.refused(f"/staff/posts/{number}/hold", holder="新来的", replaces=CONTACT)
    assert "邮箱" in said and "--" not in said
    done = browser.do(
        f"/staff/posts/{number}/hold",
        holder="新来的",
        replaces=CONTACT,
        email="new@wz.example",
    )
    assert "已由新来的担任" in done
    assert "A角" in browser.page(f"/staff/posts/{number}/deputy")
    assert "B角已设为" in browser.do(f"/staff/posts/{number}/deputy", deputy=CONTACT)
    assert CONTACT in browser.page(f"/staff/units/{unit}")
    assert assigned.browser(CONTACT).look(f"/staff/posts/{number}/hold").status_code == 403


def test_somebody_goes_on_leave_and_comes_back(assigned: ConsoleOffice) -> None:
    browser = assigned.browser(CONTACT)
    with assigned.service.database.read() as session:
        name = session.execute(
            select(Person.name, Unit.name)
            .join(Unit, Person.unit_id == Unit.id)
            .where(Person.name == CONTACT)
        ).one()
    whole = f"{name[0]}@{name[1]}"
    done = browser.do("/leaves/add", name=whole, first="2023-04-10", last="2023-04-14")
    assert "离岗已登记" in done and CONTACT in done
    assert "早于" in browser.refused(
        "/leaves/add", name=whole, first="2023-05-10", last="2023-05-01"
    )
    with assigned.service.database.read() as session:
        number = session.scalars(select(Leave.id)).one()
    assert "已销假" in browser.do(f"/leaves/{number}/end", back="2023-04-12")


def test_an_address_that_was_refused_is_listed_and_put_back_in_use(
    assigned: ConsoleOffice,
) -> None:
    with assigned.service.database.begin() as session:
        person = session.scalars(select(Person).where(Person.name == CONTACT)).one()
        person.email_fault = "550 no such user"
        unit = session.get_one(Unit, person.unit_id).name
    browser = assigned.browser(OFFICE)
    assert "550 no such user" in browser.page("/addresses")
    path = f"/addresses/{CONTACT}@{unit}/restore"
    assert "不是邮箱" in browser.refused(path, email="x")
    assert "right@wz.example" in browser.do(path, email="right@wz.example")


def test_a_template_is_tried_on_changed_and_put_back(assigned: ConsoleOffice) -> None:
    browser = assigned.browser(OFFICE)
    assert "提示" in browser.page("/templates")
    source = assigned.program(OFFICE).get("/templates/letter").json()["source"]
    new = source.replace("督查", "督察")
    path = "/templates/letter/set"
    tried = browser.refused(path, source=new, note="改称呼", try_only="1")
    assert "还没有启用" in tried
    assert "处错误" in browser.refused(path, source="{{ nothing", note="改称呼")
    assert "第1版已启用" in browser.do(path, source=source + "\n{# 本地 #}", note="加一行")
    late = browser.refused(path, source=source, note="又改", seen="0")
    assert "改为第1版（加一行）。请看过这一版再改" in late and "请先" not in late
    assert "已恢复自带的" in browser.do("/templates/letter/revert", to="0")
    with assigned.service.database.read() as session:
        assert len(session.scalars(select(TemplateVersion)).all()) == 2
    assert assigned.browser(CONTACT).look("/templates").status_code == 403
