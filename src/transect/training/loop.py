"""The training loop."""

import dataclasses
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from transect.model import VAE, Loss, seeded
from transect.space.denormals import denormals
from transect.space.seeds import check_seed, random_generator
from transect.training.checkpoint import load_checkpoint, read_state, save_checkpoint
from transect.training.device import make_accelerator
from transect.training.evaluation import Evaluator
from transect.training.history import History
from transect.training.images import Images, check_images
from transect.training.log import Log
from transect.training.objective import Objective
from transect.training.optimizer import learning_rate, make_optimizer
from transect.training.options import TrainingOptions
from transect.training.performance import tune_process
from transect.training.progress import Reporter, Status, write_status
from transect.training.tracking import Tracking

CHECKPOINT = Path("checkpoint") / "state.safetensors"
HISTORY = "history.csv"
CHECK_SECONDS = 0.5
FREE_OPTIONS = ("device", "checkpoint_every")


def train(
    model: VAE,
    loss: Loss,
    images: NDArray[np.uint8],
    validation: NDArray[np.uint8],
    options: TrainingOptions,
    *,
    seed: int,
    folder: Path,
    weights: NDArray[np.floating] | None = None,
    validation_weights: NDArray[np.floating] | None = None,
    watched: Mapping[str, NDArray[np.uint8]] | None = None,
    resume: bool = False,
    progress: bool = True,
    title: str = "training",
    tracking: Tracking | None = None,
) -> History:
    """Train a model in place, and leave it in evaluation mode.

    The order of the images and the noise on the codes are functions of `seed` and the epoch
    alone. So the same arguments give the same weights, bit for bit, on the same machine with as
    many threads, whether training was interrupted or not. Started by `accelerate launch` on several
    devices, each takes its share of every batch.

    `folder` receives `history.csv`, one row per epoch: epoch, loss and its terms (means over the
    epoch, with noise and while the weights changed), validation_loss (with noise),
    validation_nmse (without), `<watched>_nmse`, seconds, images_per_second (training alone) and
    learning_rate; `checkpoint/`, from which `resume` goes on; and `status.json`, how far it is.

    Args:
        model: What to train.
        loss: What to lower.
        images: Training images, (n, h, w), foreground 255.
        validation: Validation images, (k, h, w).
        options: How to train.
        seed: From 0 up.
        folder: Where to keep history and checkpoints; made where there is none.
        weights: Of the training images in the loss, (n,), from 0 up.
        validation_weights: Of the validation images in the loss, (k,), from 0 up.
        watched: Further images whose error is written down, by name, and never used.
        resume: Whether to go on from the checkpoint in `folder`, if there is one. Without it
            an earlier training in `folder` is removed.
        progress: Whether to show progress.
        title: What progress calls this training.
        tracking: What the epochs are written to beside the history, if anything.

    Returns:
        The history, all epochs included.

    Raises:
        ValueError: The images or weights have the wrong shape or type, the device is not there,
            the seed is negative or no whole number, or the checkpoint belongs to a training with
            other options, seed or images.
        NonFiniteLoss: The loss is infinite or not a number.
    """
    check_images("images", images, weights, model.size)
    check_images("validation", validation, validation_weights, model.size)
    for name, pixels in (watched or {}).items():
        check_images(f"watched {name!r}", pixels, None, model.size)
    tune_process()
    training = _Training(model, loss, options, check_seed(seed), folder, tracking=tracking)
    training.hold(images, weights)
    training.evaluator.hold(validation, validation_weights, watched or {})
    try:
        training.open(resume=resume)
        training.run(title, quiet=not progress)
    finally:
        training.close()
    return History(folder / HISTORY)


class _Training:
    """One training: what it is made of and how far it has come."""

    def __init__(
        self,
        model: VAE,
        loss: Loss,
        options: TrainingOptions,
        seed: int,
        folder: Path,
        *,
        tracking: Tracking | None,
    ) -> None:
        self.model, self.options, self.seed, self.tracking = model, options, seed, tracking
        self.accelerator = make_accelerator(options, tracking)
        self.device = self.accelerator.device
        if options.batch_size % self.accelerator.num_processes:
            raise ValueError(
                f"batch_size must be a multiple of the {self.accelerator.num_processes} processes, "
                f"got {options.batch_size}"
            )
        parameters = model.to(self.device).parameters()
        optimizer = make_optimizer(options, parameters, self.device)
        self.parallel, self.optimizer = self.accelerator.prepare(model, optimizer)
        self.objective = Objective(loss, model, seed, self.device)
        self.evaluator = Evaluator(
            model, self.objective, self.accelerator, options.batch_size, seed
        )
        self.folder = folder
        self.checkpoint, self.history_path = folder / CHECKPOINT, folder / HISTORY
        self.epoch, self.stopped = 0, False

    def hold(self, images: NDArray[np.uint8], weights: NDArray[np.floating] | None) -> None:
        self.images = Images(images, weights, self.device)
        self.objective.dataset_size = len(images)
        self.steps = -(-len(images) // self.options.batch_size)
        free = dict.fromkeys(FREE_OPTIONS)
        self.identity: dict[str, Any] = {
            **{k: v for k, v in dataclasses.asdict(self.options).items() if k not in free},
            "seed": self.seed,
            "images": f"{images.shape}, checksum {zlib.crc32(np.ascontiguousarray(images).data)}",
        }

    def open(self, *, resume: bool) -> None:
        """Start anew, or from the checkpoint."""
        if self.accelerator.is_main_process and not resume:
            self.history_path.unlink(missing_ok=True)
            self.checkpoint.unlink(missing_ok=True)
        self.accelerator.wait_for_everyone()
        if self.checkpoint.exists():
            self._load()
        self.history = History(self.history_path)
        if self.accelerator.is_main_process and len(self.history) > self.epoch:
            self.history.truncate(self.epoch)
        if self.tracking is not None:
            self.tracking.start(self.accelerator, dataclasses.asdict(self.options))

    def run(self, title: str, *, quiet: bool) -> None:
        steps = self.options.epochs * self.steps
        quiet = quiet or not self.accelerator.is_main_process
        done = self.epoch * self.steps
        with Reporter(title, self.options.epochs, steps, done, quiet=quiet) as reporter:
            while self.epoch < self.options.epochs and not self.stopped:
                self.epoch += 1
                row = self._run_epoch(reporter)
                self._finish_epoch(row)
                reporter.epoch(row)

    def close(self) -> None:
        """Give the model back as it came, without the wrappers of accelerate."""
        for tracker in self.accelerator.trackers:
            tracker.finish()
        self.accelerator.unwrap_model(self.parallel, keep_fp32_wrapper=False)
        self.model.eval()

    def _run_epoch(self, reporter: Reporter) -> dict[str, float]:
        start = checked = time.perf_counter()
        log = Log(self.epoch, self.steps, self.device)
        order, noise = self._plan()
        self.model.train()
        with seeded(self.seed, self.epoch):
            for step in range(self.steps):
                done = (self.epoch - 1) * self.steps + step
                rate = learning_rate(self.options, done, self.options.epochs * self.steps)
                self.objective.progress = done / max(self.options.epochs * self.steps - 1, 1)
                log.write(step, self._step(order[step], noise[step], rate))
                # By the clock, since a check makes a GPU wait, and a step may take long on a CPU.
                if time.perf_counter() - checked > CHECK_SECONDS:
                    value = log.check(step + 1)
                    checked = time.perf_counter()
                    speed = (step + 1) * self.options.batch_size / (checked - start)
                    self._tell(reporter, done + 1, value, speed)
        log.check(self.steps)
        terms = log.means([len(rows) for rows in order], self.accelerator)
        trained = time.perf_counter()
        errors = self.evaluator.errors()
        log.check_validation(errors["validation_loss"])
        return {
            "epoch": self.epoch,
            **terms,
            **errors,
            "seconds": time.perf_counter() - start,
            "images_per_second": len(self.images) / (trained - start),
            "learning_rate": rate,
        }

    def _tell(self, reporter: Reporter, done: int, loss: float, speed: float) -> None:
        reporter.step(self.epoch, done, loss, speed)
        if self.accelerator.is_main_process:
            steps = self.options.epochs * self.steps
            write_status(self.folder, Status(self.epoch, done, steps, loss, speed))

    # Gradients of pixels that are drawn with certainty get as small as denormal numbers.
    @denormals(flushed=True)
    def _step(self, rows: Tensor, noise: Tensor, rate: float) -> dict[str, Tensor]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        images, weights = self.images.batch(rows)
        terms, codes = self.objective.terms(self.parallel, images, noise, weights)
        self.accelerator.backward(terms["loss"])
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.objective.learn(codes, self.accelerator)
        return terms

    def _plan(self) -> tuple[list[Tensor], list[Tensor]]:
        """Return this process's rows and noise of each step of the epoch."""
        random = random_generator(self.seed, self.epoch)
        order = random.permutation(len(self.images))
        part, parts = self.accelerator.process_index, self.accelerator.num_processes
        # Every process needs a share of the last batch: the first images are taken again.
        order = np.resize(order, -(-len(order) // parts) * parts)
        noise = random.standard_normal((len(order), self.model.latent), dtype=np.float32)
        share = self.options.batch_size // parts
        rows = torch.from_numpy(order[part::parts].copy()).to(self.device).split(share)
        noises = torch.from_numpy(noise[part::parts].copy()).to(self.device).split(share)
        return list(rows), list(noises)

    def _finish_epoch(self, row: dict[str, float]) -> None:
        met = row["validation_loss"] >= row["loss"]
        self.stopped = self.options.stop == "meet" and met
        last = self.stopped or self.epoch == self.options.epochs
        if not self.accelerator.is_main_process:
            return
        self.history.append(row)
        self.accelerator.log(row, step=self.epoch)
        if last or self.epoch % self.options.checkpoint_every == 0:
            self._save()

    def _save(self) -> None:
        scaler = self.accelerator.scaler
        state = {
            "epoch": self.epoch,
            "stopped": self.stopped,
            "scaler": None if scaler is None else scaler.state_dict(),
            "identity": self.identity,
        }
        critic = self.objective.critic
        save_checkpoint(self.checkpoint, self.model, self.optimizer, state, critic)

    def _load(self) -> None:
        state = read_state(self.checkpoint)
        for name, value in self.identity.items():
            if state["identity"].get(name) != value:
                raise ValueError(
                    f"can't resume {self.checkpoint.parent}: its {name} is "
                    f"{state['identity'].get(name)!r}, this training has {value!r}"
                )
        load_checkpoint(self.checkpoint, self.model, self.optimizer, self.objective.critic)
        if self.accelerator.scaler is not None:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        self.epoch, self.stopped = state["epoch"], state["stopped"]
