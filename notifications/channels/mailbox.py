"""The file mailbox: each letter becomes an .eml file, for demonstrations, rehearsals and tests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from engine.errors import cause_of
from notifications.channels import Accepted, ChannelFault, Outgoing, Report


class MailboxChannel:
    """Writes letters into a directory.

    The file's name comes from the letter alone, so a repeat replaces the file it repeats.
    """

    def __init__(self, directory: Path, name: str = "email") -> None:
        self.directory = directory
        self.name = name

    async def send(self, letters: Sequence[Outgoing], report: Report) -> None:
        """Write each letter whole or not at all.

        Raises:
            ChannelFault: the directory cannot be written.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            for letter in letters:
                self._write(letter)
                report(letter, Accepted())
        except OSError as error:
            fault = f"无法写入邮件目录 {self.directory}：{cause_of(error)}"
            raise ChannelFault(fault) from error

    def _write(self, letter: Outgoing) -> None:
        final = f"{self.directory}/{file_name(letter)}"
        partial = f"{final.removesuffix('.eml')}.part"
        with open(partial, "wb") as file:
            file.write(letter.message)
        os.replace(partial, final)


def file_name(letter: Outgoing) -> str:
    """The letter's file name: when it was written (UTC), then its Message-ID's own part."""
    mark = letter.message_id.strip("<>").partition("@")[0]
    return f"{letter.created_at:%Y%m%dT%H%M%SZ}-{mark}.eml"
