"""The closed list of what a line of the log may tell: each line has exactly one action."""

from __future__ import annotations

from engine.rules.words import Word


class LogAction(Word):
    """What a line of the log tells."""

    STARTED = "started", "进程启动"
    STOPPED = "stopped", "进程停止"
    REFUSED = "refused", "进程不能启动，或不能再运行"
    CRASHED = "crashed", "程序出错，进程终止"
    SAMPLE = "sample", "示例清单"
    FIRST_ACCOUNTS = "first_accounts", "首批账号开通"
    SWEEP_DONE = "sweep_done", "检查完成"
    SWEEP_SKIPPED = "sweep_skipped", "检查错过几期，由后一期代为检查"
    SWEEP_FAILED = "sweep_failed", "检查失败"
    DISPATCH = "dispatch", "发信"
    LETTER_UNWRITTEN = "letter_unwritten", "一封信未能生成"
    CHANNEL_BROKE = "channel_broke", "发信通道的程序出错"
    CHECKPOINT = "checkpoint", "日志封存"
    BOARD = "board", "公示栏更新"
    AUDIT = "audit", "巡检"
    JOB_FAILED = "job_failed", "任务失败（程序错误）"
    JOB_FAULT = "job_fault", "任务未能做成（通道、心跳等故障）"
    JOB_RECOVERED = "job_recovered", "任务恢复正常"
    HISTORY_UNWRITTEN = "history_unwritten", "运行记录未能写入"
    PREFECT_AWAY = "prefect_away", "Prefect 没有回应，或未能照办（呼叫帮手、展示结果）"
    SIGN_IN_REFUSED = "sign_in_refused", "登录未成功"
    LIBRARY = "library", "程序库的消息"
