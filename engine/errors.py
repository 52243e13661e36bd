"""The one root of the errors that a user may see."""

from __future__ import annotations

import errno


class DubanError(Exception):
    """A refusal or a fault told to the user; its message is Chinese and shown as it is."""


_CAUSES = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已经有同名的文件",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
}


def cause_of(error: OSError) -> str:
    """Why a file could not be read or written, in Chinese; rare causes in the system's words."""
    return _CAUSES.get(error.errno or 0, "") or error.strerror or str(error)


def fault_of(error: Exception) -> str:
    """What an error of the program says, in one line. Of a database its own words only: the
    statement, and the people's data in it, are for the log and for nobody's page."""
    told = getattr(error, "orig", None) or error
    return f"{type(error).__name__}: {' '.join(str(told).split())}"
