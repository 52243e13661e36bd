"""Letters as bytes: the same each time, and read back as they were meant."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.message import Attachment, Mailbox, MessageError, build, message_id

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
OURS = message_id("project:3:remind:1", "duban.example")

# What people type into a title: no control characters, no line ends, no half characters.
TITLES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80)


def letter(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "message_id": OURS,
        "sender": Mailbox("督查室", "ducha@duban.example"),
        "recipient": Mailbox("马晓明", "ma@duban.example"),
        "subject": "提示",
        "text": "正文",
        "html": "<p>正文</p>",
        "date": NINE,
    }
    return build(**{**values, **changes}).content


def parsed(content: bytes) -> Any:
    return message_from_bytes(content, policy=policy.default)


def test_both_bodies_and_all_headers_are_read_back_as_written():
    earlier = message_id("earlier", "duban.example")
    mail = parsed(letter(subject="提示：距时限还有3个工作日", references=[earlier]))
    assert mail["Subject"] == "提示：距时限还有3个工作日"
    assert mail["From"] == "督查室 <ducha@duban.example>"
    assert mail["To"] == "马晓明 <ma@duban.example>"
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0800"
    assert mail["Message-ID"] == OURS
    assert mail["In-Reply-To"] == mail["References"] == earlier
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content() == "正文\r\n"
    assert mail.get_body(("html",)).get_content() == "<p>正文</p>\r\n"
    assert not mail.defects


@given(subject=TITLES, name=TITLES, text=st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_title_name_and_body_survive_the_journey(subject, name, text):
    content = letter(subject=subject, recipient=Mailbox(name, "ma@duban.example"), text=text)
    mail = parsed(content)
    assert mail["Subject"] == subject
    # Decoded without the parser of addresses, which squeezes spaces.
    written, _, _ = message_from_bytes(content)["To"].rpartition("<")
    assert str(make_header(decode_header(written.removesuffix("\r\n ")))) == name
    plain = mail.get_payload(0).get_payload(decode=True)
    assert plain.decode() == "\r\n".join(text.splitlines()) + "\r\n"
    assert all(len(line) <= 78 for line in content.decode("ascii").split("\r\n"))


_READER = r"""
use Encode qw(decode encode);
use MIME::Base64;
my $mail = do { local $/; <STDIN> };
my ($head, $part, $body) = split /\r\n\r\n/, $mail;
$head =~ s/\r\n[ \t]/ /g;
for my $name ("Subject", "From", "To") {
    my ($value) = $head =~ /^$name: (.*?)\r?$/m;
    print encode("UTF-8", decode("MIME-Header", $value)), "\n";
}
print decode_base64((split /\r\n--/, $body)[0]);
"""


@pytest.mark.skipif(not shutil.which("perl"), reason="no perl here")
def test_a_second_reader_reads_the_same():
    """Encode and MIME::Base64 of Perl, which share no code with the standard library's email."""
    subject = "【催办】2023-07“新建改扩建中小学、幼儿园，新增学位7500个”：距6月30日还有3个工作日𠮷"
    content = letter(
        subject=subject, recipient=Mailbox("马晓明·市住房和城乡建设局办公室", "ma@duban.example")
    )
    read = subprocess.run(["perl", "-e", _READER], input=content, capture_output=True, check=True)
    assert read.stdout.decode().splitlines() == [
        subject,
        "督查室 <ducha@duban.example>",
        "马晓明·市住房和城乡建设局办公室 <ma@duban.example>",
        "正文",
    ]


def test_the_same_letter_is_the_same_to_the_byte():
    assert letter() == letter()


def test_all_lines_end_with_carriage_return_and_line_feed():
    content = letter(text="一\n二\r\n三\r四")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_a_message_id_depends_on_the_key_alone_and_tells_keys_apart():
    assert message_id("a", "duban.example") == message_id("a", "duban.example")
    assert message_id("a", "duban.example") != message_id("b", "duban.example")


@pytest.mark.parametrize(
    "bad", ["提示\r\nBcc: all@duban.example", "a\nb", "a\rb", "a\x00b", "a\u2028b"]
)
@pytest.mark.parametrize("field", ["subject", "recipient", "sender"])
def test_a_header_that_would_break_its_line_is_refused(field, bad):
    value = bad if field == "subject" else Mailbox(bad, "ma@duban.example")
    with pytest.raises(MessageError, match="换行或控制字符"):
        letter(**{field: value})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ma",
        "ma@",
        "@duban.example",
        "ma@duban..example",
        "ma@duban.example\r\nBcc: x@y.z",
        "ma@duban.example, x@y.z",
        "a b@duban.example",
        "<ma@duban.example>",
        "马@duban.example",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(MessageError, match="邮件地址无效"):
        letter(recipient=Mailbox("马晓明", address))


def test_a_message_id_with_a_line_break_is_refused():
    with pytest.raises(MessageError, match="邮件编号无效"):
        letter(references=["<a@b>\r\nBcc: x@y.z"])


def test_a_document_goes_with_a_mail_under_its_chinese_name():
    paper = Attachment("吴政督〔2023〕3号 关于“学校、幼儿园”的督查通报.docx", bytes(range(256)))
    content = letter(attachments=[paper, Attachment("plain.docx", b"")])
    mail = parsed(content)
    first, second = mail.iter_attachments()
    assert first.get_filename() == first["Content-Type"].params["name"] == paper.name
    assert first.get_content() == paper.content
    assert second.get_filename() == "plain.docx"
    assert mail.get_body(("html",)).get_content() == "<p>正文</p>\r\n"
    assert not mail.defects
    assert letter(attachments=[paper]) == letter(attachments=[paper])


def test_the_name_of_a_document_cannot_break_out_of_its_header():
    with pytest.raises(MessageError, match="附件名"):
        letter(attachments=[Attachment('a"\r\nBcc: x@y.cn', b"")])
    quoted = parsed(letter(attachments=[Attachment('a"; x="b.docx', b"")]))
    (found,) = quoted.iter_attachments()
    assert found.get_filename() == 'a"; x="b.docx'
