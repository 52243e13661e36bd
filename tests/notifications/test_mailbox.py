"""The file mailbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from notifications.channels import Accepted, ChannelFault, Outgoing
from notifications.channels.mailbox import MailboxChannel
from notifications.message import message_id

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def letter(number: int, content: bytes = b"Subject: hello\r\n\r\nhello\r\n") -> Outgoing:
    identifier = message_id(f"letter:{number}", "duban.example")
    return Outgoing(number, "ma@duban.example", identifier, content, AT)


def send(channel, *letters):
    reported = []
    asyncio.run(channel.send(letters, lambda letter, outcome: reported.append((letter, outcome))))
    return reported


def test_each_letter_becomes_a_file_with_its_bytes(tmp_path):
    folder = tmp_path / "mail" / "box"
    one, two = letter(1), letter(2, b"other\r\n")
    assert send(MailboxChannel(folder), one, two) == [(one, Accepted()), (two, Accepted())]
    assert sorted(path.read_bytes() for path in folder.iterdir()) == [one.message, two.message]
    assert all(path.name.startswith("20261123T010000Z-duban.") for path in folder.glob("*.eml"))


def test_a_repeat_replaces_the_file_it_repeats(tmp_path):
    channel = MailboxChannel(tmp_path)
    send(channel, letter(1))
    send(channel, letter(1))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_half_written_file_left_by_a_crash_is_no_letter_and_is_replaced(tmp_path):
    channel = MailboxChannel(tmp_path)
    send(channel, letter(1))
    [written] = tmp_path.iterdir()
    written.rename(written.with_suffix(".part")).write_bytes(b"Subj")
    send(channel, letter(1))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [letter(1).message]


def test_a_directory_that_cannot_be_written_is_the_channels_fault(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelFault, match="无法写入邮件目录"):
        send(MailboxChannel(tmp_path / "file"), letter(1))
