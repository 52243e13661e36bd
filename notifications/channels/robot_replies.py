"""What a vendor's answer means. The codes are those that 企业微信, 钉钉 and 飞书 publish.

No answer is repeated as it came: it may hold the address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from requests.exceptions import ConnectTimeout, SSLError
from urllib3.exceptions import MaxRetryError

from engine.rules.robots import RobotKind
from notifications.channels import (
    Accepted,
    ChannelFault,
    Deferred,
    InDoubt,
    Outcome,
    Pace,
    Refused,
)
from notifications.channels.robot_wire import Call, NotAllowed

_TOO_FAST = {
    RobotKind.WECOM: {45009, 45033},
    RobotKind.DINGTALK: {130101, 410100, 90030, 90018},
    RobotKind.FEISHU: {11232, 11247, 99991400},
}
_BUSY = {
    RobotKind.WECOM: {-1, 50001, 50002},
    RobotKind.DINGTALK: {-1},
    RobotKind.FEISHU: {10004, 11001, 19999},
}
_MESSAGE = {
    RobotKind.WECOM: {40008, 44004, 45002},
    RobotKind.DINGTALK: {400105, 400106, 430101, 430102, 430103, 430104, 460101},
    RobotKind.FEISHU: {11246, 19002},
}
"""The message itself is not to the vendor's liking; others may be."""
_WHY: Mapping[tuple[RobotKind, int], str] = {
    (RobotKind.WECOM, 93000): "机器人地址已失效，请在群里重新添加机器人并更新地址",
    (RobotKind.WECOM, 93008): "机器人不在群里",
    (RobotKind.WECOM, 60020): "本机出口 IP 不在企业微信的可信 IP 内",
    (RobotKind.DINGTALK, 300001): "机器人地址中的 access_token 不存在",
    (RobotKind.DINGTALK, 400101): "机器人地址中的 access_token 不存在",
    (RobotKind.DINGTALK, 400013): "群已解散",
    (RobotKind.DINGTALK, 400102): "机器人已停用",
    (RobotKind.DINGTALK, 310000): "未通过机器人的安全设置：核对关键词（须含“督办”）、加签密钥或 IP",
    (RobotKind.FEISHU, 19001): "机器人地址无效，请在群里重新添加机器人并更新地址",
    (RobotKind.FEISHU, 19021): "机器人开了签名校验；请改用关键词“督办”或 IP 白名单",
    (RobotKind.FEISHU, 19022): "本机出口 IP 不在机器人的 IP 白名单内",
    (RobotKind.FEISHU, 19024): "未通过机器人的关键词校验，请把“督办”设为关键词",
}


def judge(call: Call) -> Outcome:
    """The outcome of a message.

    Raises:
        ChannelFault: no message can pass at present; the reason never names the address.
    """
    if call.error is not None:
        return _broken(call, call.error)
    if 300 <= call.status < 400:
        raise ChannelFault(f"{call.kind.label}要求转到别的地址（{call.status}），已拒绝")
    if call.status == 429:
        return Deferred(_said(call, 429), Pace.SLOW)
    if call.status >= 500:
        return Deferred(_said(call, call.status), Pace.QUICK)
    code = _code(call)
    if code is None:
        raise ChannelFault(f"{call.kind.label}的答复看不懂（{call.status}），请核对机器人的地址")
    if call.status == 200 and code == 0:
        return Accepted()
    if code in _TOO_FAST[call.kind]:
        return Deferred(f"{_said(call, code)}：发送过快，稍后再发", Pace.SLOW)
    if code in _BUSY[call.kind]:
        return Deferred(_said(call, code), Pace.QUICK)
    if code in _MESSAGE[call.kind]:
        return Refused(f"{_said(call, code)}：不接受这条消息的内容", address_is_bad=False)
    why = _WHY.get((call.kind, code), "请核对机器人的地址和安全设置")
    raise ChannelFault(f"{_said(call, code)}：{why}")


def _broken(call: Call, error: Exception) -> Outcome:
    if isinstance(error, NotAllowed):
        raise ChannelFault(str(error))
    if isinstance(error, SSLError):
        raise ChannelFault(f"{call.kind.label}的证书未通过验证")
    unmade = bool(error.args) and isinstance(error.args[0], MaxRetryError)
    if unmade or isinstance(error, ConnectTimeout):
        raise ChannelFault(f"无法与{call.kind.label}建立连接")
    return InDoubt(f"{call.kind.label}没有答复完，消息可能已到")


def _code(call: Call) -> int | None:
    """The vendor's code; an answer without one did not come from the vendor."""
    try:
        said = json.loads(call.answer)
        return int(said.get("errcode", said.get("code", said.get("StatusCode"))))
    except (ValueError, TypeError, AttributeError):
        return None


def _said(call: Call, code: int) -> str:
    return f"{call.kind.label}答复 {code}"
