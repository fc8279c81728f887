"""Runs that are trained by workers, on any number of machines, out of one PostgreSQL database.

The store is the truth. `runs.claim` is the fence: whoever begins with a run raises it, and what a
worker writes with an older one is refused. What people want of a run is a state (`desired`) and no
message, so it may be read again after any fault. The queue (`queue`, procrastinate's tables) only
says whose turn it is; `claims.resubmit` queues again what the store says is under way and nobody
trains. Only a `SOFTMAX_STORE` imports this package, and with it psycopg and procrastinate.

- `runner`: `ClusterRunner`, for the processes that show runs; it trains nothing.
- `worker`: `Worker`, which trains; `softmax-explorer work` is one.
"""
