"""The data of runs: records, weights, checkpoints, changes of learning rates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import lru_cache
from typing import Final

import torch
from safetensors.torch import load, save

from softmax_core.errors import RunDamaged, RunNotFound
from softmax_core.runs import rows, schema
from softmax_core.runs.blocks import Block, StepColumns, joined
from softmax_core.runs.database import Connection, Database, Value
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

_STEPS_AT_ONCE: Final = 20_000
_VELOCITIES: Final = ("weights_velocity", "bias_velocity")


class Recordings:
    """The data of a store's runs; a part of `Store`.

    What is read is checked: `RunDamaged` is raised where it differs from what was written.
    """

    def __init__(self, database: Database, keep_bounded: Callable[[str], object]) -> None:
        self._database = database
        self._keep_bounded = keep_bounded

    def append(
        self,
        run_id: str,
        steps: Sequence[StepRecord] = (),
        epochs: Sequence[EpochRecord] = (),
        checkpoint: Checkpoint | None = None,
        epoch_weights: tuple[int, torch.Tensor, torch.Tensor] | None = None,
        *,
        velocities: tuple[torch.Tensor, torch.Tensor] | None = None,
        rate_changes: Iterable[RateChange] = (),
        seconds: tuple[float, float] = (0.0, 0.0),
        durable: bool = True,
        claim: int | None = None,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Store new data of a run in one transaction.

        Existing records of the same steps and epochs are replaced; after a resume they are
        identical.

        Args:
            run_id: the run.
            steps: consecutive step records.
            epochs: epoch records.
            checkpoint: the state to resume from.
            epoch_weights: (epoch, W float32 (R, classes, pixels), b float32 (R, classes)); epoch 0
                for the initial weights. Those of the epoch before are deleted unless `is_kept`.
            velocities: the momentum of these weights and biases, in the same shapes; without it,
                where a variant has momentum, a replay cannot begin at this epoch.
            rate_changes: changes of learning rates.
            seconds: training time before the first and after the last of `steps`.
            durable: wait until the data would survive a power cut.
            claim: the number of the worker's claim to the run, where workers train: with another
                one nothing is written, nor are steps that do not follow those in the store.
            also: called in the transaction at its end, to write what belongs to it.

        Raises:
            RunNotFound: the run was cleared.
            RunTaken: another worker trains the run, or steps before these were lost.
            RunDamaged: a block to be replaced in part differs from what was written.
            StoreFull: the store has reached its size limit, and nothing in it may be cleared.
            QuotaReached: so has its owner.
            StoreError: the disk is full, or the file is damaged.
        """
        with self._database.writing(durable=durable) as connection:
            grown = 0
            if steps:
                grown += _replace_block(connection, run_id, Block.from_records(steps, *seconds))
            else:
                _refuse_unknown(connection, run_id)
            grown += rows.write(
                connection,
                "epochs",
                [(run_id, epoch.epoch, json.dumps(asdict(epoch))) for epoch in epochs],
            )
            rows.write(
                connection, "rate_changes", [(run_id, *astuple(change)) for change in rate_changes]
            )
            if epoch_weights is not None:
                number, weights, bias = epoch_weights
                tensors = {"weights": weights, "bias": bias}
                if velocities is not None:
                    tensors |= dict(zip(_VELOCITIES, velocities, strict=True))
                parameters = _safetensors(tensors)
                grown += rows.write(connection, "weights", [(run_id, number, parameters)])
                if not is_kept(number - 1):
                    grown += rows.remove(connection, "weights", (run_id, number - 1))
            if checkpoint is not None:
                state = (run_id, checkpoint.step, checkpoint.to_bytes())
                grown += rows.write(connection, "checkpoints", [state])
            reached = steps[-1].step if steps else 0
            # A database that has crashed may have lost what this worker wrote last, and be back.
            before = steps[0].step - 1 if steps and claim is not None else 0
            best = max(epochs[-1].test_accuracy) if epochs else None
            changed = connection.execute(
                "UPDATE runs SET step = CASE WHEN step < ? THEN ? ELSE step END,"  # noqa: S608 - ours
                " bytes = bytes + ?, best = coalesce(?, best)"
                f" WHERE id = ? AND step >= ?{rows.fence(claim)}",
                (reached, reached, grown, best, run_id, before, *rows.given(claim)),
            )
            rows.refuse_taken(self._database.where, run_id, claim, changed)
            if also is not None:
                also(connection)
        if checkpoint is not None:
            self._keep_bounded(run_id)

    def add_rate_change(self, run_id: str, change: RateChange) -> None:
        """Store a change of a learning rate."""
        self.append(run_id, rate_changes=[change])

    def steps(self, run_id: str, after: int = 0, up_to: int | None = None) -> StepColumns:
        """Return the step records after a step.

        Args:
            run_id: the run.
            after: return only later steps.
            up_to: the last step to return, or None for all.

        Returns:
            The columns; empty if there are no such steps.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._database.reading() as connection:
            told = connection.execute(
                "SELECT experiment, step FROM runs WHERE id = ? AND deleted IS NULL", (run_id,)
            ).fetchone()
            if told is None:
                raise RunNotFound(run_id)
            described, reached = told
            variants = _variants(described)
            if variants is None:
                raise RunDamaged(run_id, "settings")
            last = reached if up_to is None else min(up_to, reached)
            found = rows.read(
                connection,
                "blocks",
                run_id,
                "AND last_step > ? AND first_step <= ? ORDER BY last_step",
                (after, last),
            )
            columns = joined([Block(*row) for row in found], variants)
        start, stop = columns.step.searchsorted([after, last], side="right")
        columns = columns.rows(int(start), int(stop))
        if len(columns) != max(last - after, 0):
            raise RunDamaged(run_id, "blocks")  # a row is missing
        return columns

    def epochs(self, run_id: str, after: int = 0) -> list[EpochRecord]:
        """Return the epoch records after an epoch, in order."""
        with self._database.reading() as connection:
            found = rows.read(
                connection, "epochs", run_id, "AND epoch > ? ORDER BY epoch", (after,)
            )
            records = [EpochRecord(**json.loads(text)) for _epoch, text in found]
        if [record.epoch for record in records] != list(range(after + 1, after + len(records) + 1)):
            raise RunDamaged(run_id, "epochs")  # a row is missing
        return records

    def weights(self, run_id: str, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the weights at the end of an epoch.

        Args:
            run_id: the run.
            epoch: 0 for the initial weights.

        Returns:
            W float32 (R, classes, pixels) and b float32 (R, classes).

        Raises:
            RunNotFound: there is no such run, or it has not reached this epoch.
        """
        parameters = self._parameters(run_id, epoch)
        return parameters["weights"], parameters["bias"]

    def weight_epochs(self, run_id: str) -> list[int]:
        """Return the epochs with stored weights, in order."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT epoch FROM weights WHERE run = ? ORDER BY epoch", (run_id,)
            ).fetchall()
        return [epoch for (epoch,) in found]

    def state_at_epoch(
        self, run_id: str, experiment: Experiment, epoch: int, step: int
    ) -> Checkpoint | None:
        """Return the state at the end of an epoch, from which a training goes on to the same bits.

        Args:
            run_id: the run.
            experiment: what it trains.
            epoch: one of `weight_epochs`.
            step: number of updates by its end.

        Returns:
            The state; None where a variant has momentum that was not stored, as before 0.2.0.
        """
        found = self._parameters(run_id, epoch)
        if "weights_velocity" in found:
            velocities = found["weights_velocity"], found["bias_velocity"]
        elif epoch and any(variant.momentum for variant in experiment.variants):
            return None
        else:
            velocities = torch.zeros_like(found["weights"]), torch.zeros_like(found["bias"])
        rates = [variant.learning_rate for variant in experiment.variants]
        for change in self.rate_changes(run_id):
            if change.step < step:
                rates[change.variant] = change.learning_rate
        nothing = [0.0] * len(rates)
        return Checkpoint(
            step=step,
            weights=found["weights"],
            bias=found["bias"],
            weights_velocity=velocities[0],
            bias_velocity=velocities[1],
            learning_rates=rates,
            loss_sum=list(nothing),
            correct=list(nothing),
            seen=0,
        )

    def _parameters(self, run_id: str, epoch: int) -> dict[str, torch.Tensor]:
        with self._database.reading() as connection:
            row = next(rows.read(connection, "weights", run_id, "AND epoch = ?", (epoch,)), None)
        if row is None:
            raise RunNotFound(run_id)
        return load(row[1])

    def checkpoint(self, run_id: str) -> Checkpoint | None:
        """Return the newest checkpoint, or None if there is none yet."""
        with self._database.reading() as connection:
            row = next(rows.read(connection, "checkpoints", run_id), None)
        return None if row is None else Checkpoint.from_bytes(row[1])

    def latest_weights(self, run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """Return (step, W, b) of the newest checkpoint, or None if there is none yet."""
        checkpoint = self.checkpoint(run_id)
        if checkpoint is None:
            return None
        return checkpoint.step, checkpoint.weights, checkpoint.bias

    def rate_changes(self, run_id: str) -> list[RateChange]:
        """Return the changes of learning rates, in chronological order."""
        with self._database.reading() as connection:
            found = rows.read(connection, "rate_changes", run_id, "ORDER BY position")
            return [RateChange(*row) for row in found]

    def processors(self, run_id: str) -> list[tuple[int, str]]:
        """Return on which types of processor workers trained a run, where another one began.

        Returns:
            (first step, type), in order; nothing where the server itself has trained it.
        """
        with self._database.reading() as connection:
            found = list(rows.read(connection, "stretches", run_id, "ORDER BY first_step"))
        types = ["", *(processor for _step, processor in found)]
        return [row for row, before in zip(found, types, strict=False) if row[1] != before]

    def forks(self, run_id: str) -> list[Fork]:
        """Return from which runs a run descends, in the order of their steps; none for most."""
        with self._database.reading() as connection:
            found = rows.read(connection, "forks", run_id, "ORDER BY step")
            return [
                Fork(step, parent, Experiment.from_dict(json.loads(described)))
                for step, parent, described in found
            ]

    def begin_fork(
        self,
        run_id: str,
        forks: Sequence[Fork],
        state: Checkpoint,
        epoch: tuple[int, Checkpoint],
        changes: Sequence[RateChange],
    ) -> None:
        """Give a new run all that its parent recorded up to a step, in one transaction.

        Args:
            run_id: the new run, without records.
            forks: its ancestry; the last one is the parent, whose records are copied.
            state: what it goes on from.
            epoch: the last epoch that ended before, and the state at its end.
            changes: changes of learning rates that are the new run's own.

        Raises:
            RunNotFound: the parent was cleared in the meantime.
            RunDamaged: a record of the parent differs from what was written.
        """
        parent, step, ended = forks[-1].parent, state.step, epoch[0]
        with self._database.writing() as connection:
            _refuse_unknown(connection, parent)
            blocks = [
                Block(*row).cut(1, step)
                for row in rows.read(connection, "blocks", parent, "AND first_step <= ?", (step,))
            ]
            copies: dict[rows.Table, list[Sequence[Value]]] = {
                "blocks": [(run_id, *astuple(block)) for block in blocks if block],
                "checkpoints": [(run_id, step, state.to_bytes())],
                "forks": [
                    (run_id, fork.step, fork.parent, json.dumps(fork.experiment.to_dict()))
                    for fork in forks
                ],
            }
            up_to: tuple[tuple[rows.Table, str, int], ...] = (
                ("epochs", "AND epoch <= ? ORDER BY epoch", ended),
                ("weights", "AND epoch < ? ORDER BY epoch", ended),
                ("rate_changes", "AND step <= ? ORDER BY position", step),
                ("stretches", "AND first_step <= ? ORDER BY first_step", step),
            )
            for table, condition, last in up_to:
                found = rows.read(connection, table, parent, condition, (last,))
                copies[table] = [(run_id, *row) for row in found]
            copies["weights"].append((run_id, ended, _packed(epoch[1], with_velocity=ended > 0)))
            copies["rate_changes"] += [(run_id, *astuple(change)) for change in changes]
            best = schema.best_accuracy(str(copies["epochs"][-1][2])) if ended else None
            grown = sum(rows.write(connection, table, copies[table]) for table in copies)
            connection.execute(
                "UPDATE runs SET step = ?, bytes = bytes + ?, best = ? WHERE id = ?",
                (step, grown, best, run_id),
            )
        self._keep_bounded(run_id)

    def seconds(self, run_id: str) -> float:
        """Return the training time of a run so far, in seconds."""
        with self._database.reading() as connection:
            last = rows.read(connection, "blocks", run_id, "ORDER BY last_step DESC LIMIT 1")
            return next((Block(*row).seconds_after for row in last), 0.0)

    def verify(self, run_id: str) -> None:
        """Check the checksums of everything that a resume needs, and of the records."""
        self.checkpoint(run_id)
        self.rate_changes(run_id)
        self.epochs(run_id)
        read = 0
        while len(columns := self.steps(run_id, after=read, up_to=read + _STEPS_AT_ONCE)):
            read += len(columns)


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a run went on from another one.

    Attributes:
        step: number of updates that it has from the other one.
        parent: the id of the other one, which may be gone.
        experiment: what the other one trained, so what these updates were made with.
    """

    step: int
    parent: str
    experiment: Experiment


@lru_cache(maxsize=256)
def _variants(described: str) -> int | None:
    """Return the number of variants of an experiment as it is stored; None if it is damaged."""
    try:
        return len(json.loads(described)["variants"])
    except (ValueError, KeyError, TypeError):
        return None


def _packed(state: Checkpoint, *, with_velocity: bool) -> bytes:
    names = ("weights", "bias", *(_VELOCITIES if with_velocity else ()))
    return _safetensors({name: getattr(state, name) for name in names})


def _safetensors(tensors: dict[str, torch.Tensor]) -> bytes:
    return save({name: each.contiguous() for name, each in tensors.items()})


def is_kept(epoch: int) -> bool:
    """Tell whether the weights at the end of an epoch stay when the next ones are stored.

    All up to epoch 32, then sixteen for each doubling: a run of 1,000 epochs keeps 112 of them, the
    closer together the more the weights still change. The newest are always there.

    Example:
        >>> [epoch for epoch in range(60, 80) if is_kept(epoch)]
        [60, 62, 64, 68, 72, 76]
    """
    return epoch % (1 << max(epoch.bit_length() - 5, 0)) == 0


def _replace_block(connection: Connection, run_id: str, block: Block) -> int:
    """Insert a block, remove its steps from older blocks, and return the bytes by which it grew."""
    older = rows.read_overlapping(connection, run_id, block.first_step, block.last_step)
    kept, grown = [block], 0
    for old in [Block(*row) for row in older]:
        grown += rows.remove(connection, "blocks", (run_id, old.last_step))
        parts = (old.cut(0, block.first_step - 1), old.cut(block.last_step + 1, old.last_step))
        kept += [part for part in parts if part is not None]
    whole = [(run_id, *astuple(part)) for part in kept]
    return grown + rows.write(connection, "blocks", whole, new=True)


def _refuse_unknown(connection: Connection, run_id: str) -> None:
    if connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is None:
        raise RunNotFound(run_id)
