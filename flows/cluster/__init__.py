"""The catalogue on Prefect: deployments with their schedules, the workers, and what a worker runs.

The only package that knows Prefect. It takes seconds to import, so nothing of the embedded path
imports it, and ``flows/prefect_home.py`` must have prepared the process before.

Prefect calls, and shows what happened; what is due, who is at it and when it is over is known to
our own store alone. So a flow run that comes late, twice or not at all, a worker that is killed and
a server that is away do no harm: whoever works on a sweep works until the store says it is over,
and the next call goes on with what is left.
"""
