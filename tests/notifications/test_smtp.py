"""The SMTP channel against a real server on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from notifications.channels import (
    Accepted,
    ChannelFault,
    Deferred,
    InDoubt,
    Outgoing,
    Pace,
    Refused,
)
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import SmtpSettings, parse
from notifications.message import Mailbox, build, message_id
from notifications.return_path import ReturnPath

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SENDER = "ducha@duban.example"


def letters(*addresses: str) -> list[Outgoing]:
    mails = [
        build(
            message_id=message_id(f"letter:{number}", "duban.example"),
            sender=Mailbox("督查室", SENDER),
            recipient=Mailbox("马晓明", address),
            subject="提示：距时限还有3个工作日",
            text=".\n..以点开头的行\n",
            html="<p>正文</p>",
            date=AT,
        )
        for number, address in enumerate(addresses)
    ]
    return [
        Outgoing(number, address, mail.message_id, mail.content, AT)
        for number, (address, mail) in enumerate(zip(addresses, mails, strict=True))
    ]


def many(count: int) -> list[Outgoing]:
    return letters(*[f"u{number}@duban.example" for number in range(count)])


def settings(port: int, options: str = "starttls=no", **changes) -> SmtpSettings:
    return replace(parse(f"smtp://127.0.0.1:{port}?{options}"), **changes)


def send(settings: SmtpSettings, outgoing: list[Outgoing], sender: str = SENDER) -> dict:
    """The outcome of each letter by its address."""
    outcomes: dict = {}

    def report(letter, outcome):
        assert letter.address not in outcomes
        outcomes[letter.address] = outcome

    asyncio.run(SmtpChannel(settings, sender).send(outgoing, report))
    return outcomes


def test_a_letter_arrives_as_it_was_written(office, serve):
    [letter] = letters("ma@duban.example")
    assert send(settings(serve()), [letter]) == {"ma@duban.example": Accepted()}
    [(address, mail)] = office.taken
    assert address == "ma@duban.example"
    assert mail["Message-ID"] == letter.message_id
    [plain, html] = mail.get_payload()
    assert plain.get_payload(decode=True).decode() == ".\r\n..以点开头的行\r\n"
    assert html.get_payload(decode=True).decode() == "<p>正文</p>\r\n"


def test_connections_are_reused_within_a_batch_and_several_at_once(office, serve):
    office.waits = 0.005
    outcomes = send(settings(serve(), connections=3), many(30))
    assert len(outcomes) == len(office.taken) == 30
    assert len(office.connections) == 3


def test_a_refused_recipient_does_not_hurt_the_next(office, serve):
    office.moods = {
        "u1@duban.example": "550 5.1.1 no such user",
        "u2@duban.example": "451 4.7.1 greylisted",
        "u3@duban.example": "data: 554 5.6.0 looks like spam",
        "u4@duban.example": "421 4.3.2 busy",
    }
    outcomes = send(settings(serve(), connections=1), many(7))
    assert outcomes == {
        "u0@duban.example": Accepted(),
        "u1@duban.example": Refused("服务器答复 550 5.1.1 no such user", address_is_bad=True),
        "u2@duban.example": Deferred("服务器答复 451 4.7.1 greylisted", Pace.SLOW),
        "u3@duban.example": Refused("服务器答复 554 5.6.0 looks like spam", address_is_bad=False),
        "u4@duban.example": Deferred("服务器答复 421 4.3.2 busy", Pace.QUICK),
        "u5@duban.example": Accepted(),
        "u6@duban.example": Accepted(),
    }


@pytest.mark.parametrize("mood", ["drop", "hang"])
def test_a_connection_lost_before_the_letter_is_put_off_and_the_rest_go_on(office, serve, mood):
    office.moods = {"u1@duban.example": mood}
    outcomes = send(settings(serve(), connections=1, timeout=1), many(3))
    assert isinstance(outcomes["u1@duban.example"], Deferred)
    assert office.addresses == ["u0@duban.example", "u2@duban.example"]


@pytest.mark.parametrize("mood", ["take and drop", "take and hang"])
def test_a_letter_without_a_final_reply_is_in_doubt(office, serve, mood):
    office.moods = {"u1@duban.example": mood}
    outcomes = send(settings(serve(), connections=1, timeout=1), many(3))
    assert isinstance(outcomes["u1@duban.example"], InDoubt)
    assert outcomes["u0@duban.example"] == outcomes["u2@duban.example"] == Accepted()
    assert len(office.taken) == 3


def test_a_failure_on_parting_does_not_undo_what_was_accepted(office, serve):
    office.on_quit = "drop"
    assert send(settings(serve()), many(2)) == dict.fromkeys(
        ["u0@duban.example", "u1@duban.example"], Accepted()
    )


@pytest.mark.parametrize(
    "address",
    [
        "马@duban.example",
        "a@duban.example>\r\nRCPT TO:<b@duban.example",
        "a@duban.example\nDATA",
        "a@duban.example> SIZE=1",
        "a@duban.example,b@duban.example",
        "",
    ],
)
def test_an_address_that_is_more_or_less_than_one_is_refused_alone(office, serve, address):
    outcomes = send(
        settings(serve(), connections=1),
        [replace(letters("a@duban.example")[0], address=address), *many(1)],
    )
    assert outcomes[address] == Refused(f"邮件地址无效：{address!r}", address_is_bad=True)
    assert office.addresses == ["u0@duban.example"]


def test_each_letter_has_its_own_envelope_sender_where_bounces_come_back(office, serve):
    paths = ReturnPath("bounce@duban.example", "s" * 32)
    channel = SmtpChannel(settings(serve()), SENDER, paths=paths)
    asyncio.run(channel.send(many(3), lambda letter, outcome: None))
    assert sorted(office.senders) == sorted(paths.of(number) for number in range(3))
    assert {mail["From"] for _, mail in office.taken} == {office.taken[0][1]["From"]}


def test_without_a_bounce_address_all_letters_come_from_the_sender(office, serve):
    send(settings(serve()), many(2))
    assert office.senders == [SENDER, SENDER]


def test_a_server_that_is_away_is_the_channels_fault_and_no_letters(office):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else gets the port
        with pytest.raises(ChannelFault, match="无法与邮件服务器建立连接"):
            send(settings(taken.getsockname()[1]), many(3))


def test_a_server_that_never_greets_is_the_channels_fault():
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ChannelFault, match="超时"):
        send(settings(mute.getsockname()[1], timeout=0.2), many(3))


def test_a_sender_refused_for_good_is_the_channels_fault_and_no_letters(office, serve):
    office.sender_reply = "553 5.7.1 sender must match the login"
    with pytest.raises(ChannelFault, match="不接受发件人：服务器答复 553"):
        send(settings(serve()), many(3))
    assert office.taken == []


def test_cancelling_reports_the_letter_in_flight_as_in_doubt(office, serve):
    office.moods = {"u1@duban.example": "take and hang"}
    outcomes = {}

    async def stopped(settings: SmtpSettings) -> None:
        channel = SmtpChannel(settings, SENDER)
        async with asyncio.timeout(0.3):
            await channel.send(
                many(3), lambda letter, outcome: outcomes.update({letter.id: outcome})
            )

    with pytest.raises(TimeoutError):
        asyncio.run(stopped(settings(serve(), connections=1)))
    assert outcomes[0] == Accepted()
    assert isinstance(outcomes[1], InDoubt)
    assert 2 not in outcomes


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
class TestSigningIn:
    """AUTH."""

    @pytest.fixture
    def port(self, serve) -> int:
        def check(server, session, envelope, mechanism, data) -> AuthResult:
            right = (data.login, data.password) == (b"ducha", b"p@ss:word")
            return AuthResult(success=right, handled=False)

        return serve(auth_required=True, auth_require_tls=False, authenticator=check)

    def test_the_right_password_is_let_in(self, office, port):
        send(parse(f"smtp://ducha:p%40ss%3Aword@127.0.0.1:{port}?starttls=no"), many(2))
        assert len(office.taken) == 2

    def test_a_wrong_password_is_the_channels_fault_and_is_never_repeated(self, office, port):
        with pytest.raises(ChannelFault, match="不接受连接或登录：服务器答复 535") as caught:
            send(parse(f"smtp://ducha:sesame@127.0.0.1:{port}?starttls=no"), many(2))
        assert "sesame" not in str(caught.value)
        assert office.taken == []

    def test_a_password_does_not_cross_the_wire_in_the_clear_unasked(self, office, port):
        with pytest.raises(ChannelFault, match="STARTTLS"):
            send(parse(f"smtp://ducha:p%40ss%3Aword@127.0.0.1:{port}"), many(1))
        assert office.taken == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    """A key and its self-made certificate for localhost, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "pair.pem"
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return str(path)


class TestEncryption:
    """TLS, with a certificate made for the test."""

    @pytest.fixture
    def context(self, certificate) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return context

    @pytest.mark.parametrize("starttls", ["required", "auto"])
    def test_a_connection_is_upgraded_by_starttls(
        self, office, serve, context, certificate, starttls
    ):
        port = serve(tls_context=context, require_starttls=True)
        send(parse(f"smtp://localhost:{port}?starttls={starttls}&ca={certificate}"), many(2))
        assert len(office.taken) == 2

    def test_tls_from_the_first_byte(self, office, serve, context, certificate):
        port = serve(ssl_context=context)
        send(parse(f"smtps://localhost:{port}?ca={certificate}"), many(2))
        assert len(office.taken) == 2

    def test_a_certificate_nobody_vouches_for_is_the_channels_fault(self, office, serve, context):
        port = serve(tls_context=context)
        with pytest.raises(ChannelFault, match="证书未通过验证"):
            send(parse(f"smtp://localhost:{port}?starttls=required"), many(1))
        assert office.taken == []

    def test_required_encryption_that_is_not_offered_is_the_channels_fault(self, office, serve):
        with pytest.raises(ChannelFault, match="STARTTLS"):
            send(settings(serve(), "starttls=required"), many(1))
        assert office.taken == []
