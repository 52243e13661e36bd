"""What the parser says of a wording that it cannot read, in the words of the office."""

from __future__ import annotations

import re

from jinja2 import TemplateSyntaxError

_SAID = (
    (r"unexpected char ['\"](.)['\"]", "“{0}”写得不对：花括号里的标点须是英文半角，引号要成对"),
    (r"unknown tag '(\w+)'", "{{% {0} %}} 不认识，或者与前面的对不上"),
    (r"end of template.* closed is '(\w+)'", "{{% {0} %}} 没有结束，缺 {{% end{0} %}}"),
    (r"(?:got|unexpected) 'end of|[Uu]nexpected end of", "花括号里没有写完"),
    (r"[Mm]issing end of comment", "说明没有写完，缺 #}}"),
    (r"[Mm]issing end of raw", "{{% raw %}} 没有结束，缺 {{% endraw %}}"),
    (r"expected name or number", "“.”后面缺字段名"),
    (r"(?:got|unexpected) '(.+)'", "“{0}”这里写得不对，请看花括号、括号、引号是否成对"),
)


def misspelt(error: TemplateSyntaxError) -> str:
    """What is wrong; the parser's own words where they are not among those it often says."""
    message = error.message or ""
    for pattern, said in _SAID:
        if found := re.search(pattern, message, re.DOTALL):
            return f"写法不对：{said.format(*found.groups())}"
    return f"写法不对：{message}"
