"""Sending what is due: lease, send, then mark. Each channel runs by itself.

What is in doubt after a crash is sent again, byte for byte and with the same Message-ID, once
its lease has run out: nothing is lost, and a repeat is recognisable (design §5, rule 9).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.errors import fault_of
from engine.log_actions import LogAction
from engine.rules.rulebook import Rulebook
from engine.store.database import Database
from engine.trigger import reached
from notifications.channels import Accepted, Channel, ChannelFault, Outcome, Outgoing
from notifications.outbox import Compose, Leased, count_due, lease
from notifications.receipts import Fate, Receipt, Returned, settle

_log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
_SENDING_SHARE = 0.8  # of the lease; the rest is for writing back before it runs out
_STRAGGLERS = 20  # the last twentieth of a batch does not keep the next batch waiting
_PAUSE = 1.0  # seconds after which a channel at rest looks again, while another is at work

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What one dispatch did, in numbers of letters.

    Attributes:
        sent: accepted by the other side.
        deferred: to be tried again, in doubt ones included.
        failed: given up for good, visibly.
        returned: not attempted because their channel was at fault.
        put_off: come due outside sending hours, and waiting for the next opening.
        overtaken: their lease ran out and another dispatcher has taken them over.
        unserved: due on channels that this dispatch was not given.
        faults: what was wrong with a channel, by its name.
    """

    sent: int
    deferred: int
    failed: int
    returned: int
    put_off: int
    overtaken: int
    unserved: int
    faults: Mapping[str, str]


def dispatch(
    database: Database,
    rulebook: Rulebook,
    channels: Sequence[Channel],
    compose: Compose,
    now: Clock,
    batch: int = 100,
    lease_for: timedelta = LEASE,
) -> DispatchReport:
    """Send everything that is due, until nothing is or every channel is at fault.

    When nothing is due it costs one look at the queue, since it is mostly asked in vain.

    Any number of dispatchers may run at once, in any number of processes.

    Args:
        rulebook: says when what falls back to another reader may leave.
        compose: writes letters that have no message yet.
        now: the clock, asked for each transaction.
        batch: how many letters a channel holds at a time.
        lease_for: how long it may hold them; after a crash they wait for this long.
    """
    with database.read() as session:
        due = count_due(session, now())
    busy = [channel for channel in channels if due[channel.name]]
    unserved = due.total() - sum(due[channel.name] for channel in busy)
    dispatcher = _Dispatcher(database, rulebook, compose, now, batch, lease_for)
    if busy:
        asyncio.run(dispatcher.run(channels))
    return dispatcher.report(unserved)


class _Dispatcher:
    """One dispatch over all channels."""

    def __init__(
        self,
        database: Database,
        rulebook: Rulebook,
        compose: Compose,
        now: Clock,
        batch: int,
        lease_for: timedelta,
    ) -> None:
        self.database = database
        self.rulebook = rulebook
        self.compose = compose
        self.now = now
        self.batch = batch
        self.lease_for = lease_for
        self.fates: Counter[Fate] = Counter()
        self.put_off = 0
        self.faults: dict[str, str] = {}
        self.at_work: set[str] = set()

    async def run(self, channels: Sequence[Channel]) -> None:
        """Serve every channel until all are at rest."""
        self.at_work = {channel.name for channel in channels}
        await _all(map(self._attend, channels))

    def report(self, unserved: int) -> DispatchReport:
        counts = {fate.value: self.fates[fate] for fate in Fate}
        faults = dict(sorted(self.faults.items()))
        return DispatchReport(**counts, put_off=self.put_off, unserved=unserved, faults=faults)

    async def _attend(self, channel: Channel) -> None:
        """Serve a channel, and look again as long as another is at work: what falls due meanwhile
        does not wait for one that hangs."""
        while True:
            try:
                await self._serve(channel)
            finally:
                self.at_work.discard(channel.name)
            if not self.at_work:
                return
            await asyncio.sleep(_PAUSE)

    async def _serve(self, channel: Channel) -> None:
        """Work through one channel's queue until it is empty or the channel is at fault.

        A batch that is not full has emptied it. The next one is taken when few letters of the
        last are still under way, so that an address which hangs delays no other.
        """
        batches: list[asyncio.Task[None]] = []
        try:
            while channel.name not in self.faults:
                held = await asyncio.to_thread(self._lease, channel.name)
                self.fates[Fate.FAILED] += held.failed
                self.put_off += held.put_off
                if held.letters:
                    reached("dispatch.leased")
                    nearly_done = asyncio.Event()
                    delivery = self._deliver(channel, held, nearly_done)
                    batches.append(asyncio.create_task(delivery))
                    await nearly_done.wait()
                if held.taken < self.batch:
                    return
        finally:
            await _all(batches)

    async def _deliver(self, channel: Channel, held: Leased, nearly_done: asyncio.Event) -> None:
        """Send one batch, writing outcomes back in the groups in which they come in."""
        try:
            await self._send_and_mark(channel, held, nearly_done)
        finally:
            nearly_done.set()

    async def _send_and_mark(
        self, channel: Channel, held: Leased, nearly_done: asyncio.Event
    ) -> None:
        outcomes: asyncio.Queue[tuple[int, Outcome] | None] = asyncio.Queue()
        sending = asyncio.create_task(self._send(channel, held.letters, outcomes))
        unreported = {letter.id for letter in held.letters}
        try:
            while (group := await _next_group(outcomes)) is not None:
                await self._mark(held.until, group)
                unreported -= group.keys()
                if len(unreported) <= len(held.letters) // _STRAGGLERS:
                    nearly_done.set()
            fault = await sending
        finally:
            sending.cancel()
        if unreported:
            self.faults[channel.name] = fault or "通道没有报告发送结果"
            returned = dict.fromkeys(unreported, Returned(self.faults[channel.name]))
            await self._mark(held.until, returned)

    async def _send(
        self,
        channel: Channel,
        letters: Sequence[Outgoing],
        outcomes: asyncio.Queue[tuple[int, Outcome] | None],
    ) -> str:
        """Let the channel send; answer its fault, if any, so that it harms no other channel."""

        def report(letter: Outgoing, outcome: Outcome) -> None:
            if isinstance(outcome, Accepted):
                reached("dispatch.accepted")
            outcomes.put_nowait((letter.id, outcome))

        try:
            async with asyncio.timeout(self.lease_for.total_seconds() * _SENDING_SHARE):
                await channel.send(letters, report)
        except ChannelFault as fault:
            return str(fault)
        except TimeoutError:
            return "本批邮件未能在租约期内发完"
        except Exception as error:
            _log.exception("a channel broke down", extra={"action": LogAction.CHANNEL_BROKE})
            return f"通道出错：{fault_of(error)}"
        finally:
            outcomes.put_nowait(None)
        return ""

    def _lease(self, channel: str) -> Leased:
        with self.database.begin() as session:
            desk = self._desk(session)
            return lease(desk, channel, self.compose, desk.at + self.lease_for, self.batch)

    def _desk(self, session: Session) -> Desk:
        return Desk(session, self.rulebook, self.now())

    async def _mark(self, until: datetime, receipts: Mapping[int, Receipt]) -> None:
        self.fates.update(await asyncio.to_thread(self._settle, until, receipts))
        reached("dispatch.marked")

    def _settle(self, until: datetime, receipts: Mapping[int, Receipt]) -> Counter[Fate]:
        with self.database.begin() as session:
            return settle(self._desk(session), until, receipts)


async def _all(works: Iterable[Awaitable[None]]) -> None:
    """Wait for all of them, whatever becomes of one; then tell the first failure."""
    for error in await asyncio.gather(*works, return_exceptions=True):
        if error is not None:
            raise error


async def _next_group(
    outcomes: asyncio.Queue[tuple[int, Outcome] | None],
) -> dict[int, Outcome] | None:
    """All the outcomes that are in, at least one; None when the channel has ended."""
    first = await outcomes.get()
    if first is None:
        return None
    group = dict([first])
    while not outcomes.empty():
        item = outcomes.get_nowait()
        if item is None:
            outcomes.put_nowait(None)  # for the next call to find
            break
        group[item[0]] = item[1]
    return group
