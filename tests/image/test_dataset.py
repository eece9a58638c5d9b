"""Datasets draw what they are asked for, and every image keeps what is known of it."""

import pickle
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangerous_names import Named
from transect.image.canvas import SquareCanvas
from transect.image.dataset import Dataset
from transect.space import Factor, FactorSpace, PointSet
from transect.world import Rose


def test_images_are_those_that_the_canvas_draws(dataset):
    drawn = SquareCanvas(16).draw(Rose(), dataset.factors)
    assert drawn.any()
    np.testing.assert_array_equal(dataset.pixels(), drawn)
    np.testing.assert_array_equal(dataset.pixels([3, 1]), drawn[[3, 1]])
    assert dataset.images().dtype == np.float32
    np.testing.assert_allclose(dataset.images(), drawn / 255, rtol=1e-7)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (None, range(10)),
        ([7, 2, 2], [7, 2, 2]),
        ([-1], [9]),
        ([], []),
        (slice(1, 8, 3), [1, 4, 7]),
        (np.arange(10) > 7, [8, 9]),
        (np.array([4], dtype=np.uint8), [4]),
    ],
)
def test_rows_are_chosen_by_number_mask_and_slice(greys, rows, expected):
    for dataset in (greys(10), greys(10).hold()):
        images = dataset.pixels(rows)
        assert images.shape == (len(expected), 4, 4)
        np.testing.assert_array_equal(images[:, 0, 0], list(expected))


def test_impossible_requests_are_refused(greys):
    for rows in ([0.5], 3, [[1]], [True, False], ["a"]):
        with pytest.raises(ValueError, match="rows need to be whole numbers"):
            greys(10).pixels(rows)
    for row in (10, -11):
        with pytest.raises(IndexError, match=f"row {row} is out of range: there are 10 images"):
            greys(10).images([row])
    with pytest.raises(ValueError, match="factors of the world, a, b; got grey, other"):
        Dataset(Rose(), SquareCanvas(16), greys(3).points)
    with pytest.raises(ValueError, match="batch_size needs to be at least 1, got 0"):
        greys(3).batches(0)


def test_hold_draws_every_image_once_and_no_more(greys):
    dataset = greys(10)
    held = dataset.hold()
    assert dataset.world.painted == 10
    np.testing.assert_array_equal(held.pixels()[:, 0, 0], np.arange(10))
    held.images([1, 2])
    list(held.batches(3))
    assert dataset.world.painted == 10
    assert held.hold() is held
    with pytest.raises(ValueError, match="read-only"):
        held.pixels()[0] = 7
    assert held.points is dataset.points
    dataset.images([1, 2])
    assert dataset.world.painted == 12
    next(dataset.batches(8))
    assert dataset.world.painted == 20


@given(
    count=st.integers(0, 30),
    batch_size=st.integers(1, 12),
    seed=st.none() | st.integers(0, 9),
    drop_last=st.booleans(),
)
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_batches_hold_every_row_once_with_its_image(greys, count, batch_size, seed, drop_last):
    dataset = greys(count)
    assert dataset.images().shape == dataset.hold().images().shape == (count, 4, 4)
    batches = list(dataset.batches(batch_size, seed=seed, drop_last=drop_last))
    sizes = [len(rows) for rows, _ in batches]
    full, rest = divmod(count, batch_size)
    assert sizes == [batch_size] * full + ([rest] if rest and not drop_last else [])
    seen = [row for rows, _ in batches for row in rows.tolist()]
    assert len(set(seen)) == len(seen)
    if seed is None:
        assert seen == list(range(len(seen)))
    for rows, images in batches:
        np.testing.assert_allclose(images[:, 0, 0] * 255, rows, rtol=1e-6)


def test_batches_keep_to_the_rows_and_follow_the_seed(greys):
    dataset = greys(100)
    rows = np.arange(50, 100)

    def order(seed):
        return np.concatenate([batch for batch, _ in dataset.batches(7, rows=rows, seed=seed)])

    assert order(None).tolist() == rows.tolist()
    assert order(3).tolist() == order(3).tolist()
    assert order(3).tolist() != order(4).tolist() != rows.tolist()
    assert order([3, 1]).tolist() != order([3, 2]).tolist()
    assert sorted(order(3)) == rows.tolist()


def test_items_hold_all_that_is_known_of_an_image(dataset):
    item = dataset[2]
    assert set(item) == {"image", "factors", "split", "boundary_distance", "row"}
    assert item["image"].shape == (1, 16, 16)
    assert item["split"] == dataset.split[2] == "removed"
    assert dataset[-1]["row"] == 11
    assert [item["row"] for item in dataset] == list(range(12))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize(("workers", "held"), [(0, True), (2, False), (2, True)])
def test_a_pytorch_loader_reads_it(dataset, workers, held):
    from torch.utils.data import DataLoader, Subset

    source = pickle.loads(pickle.dumps(dataset.hold() if held else dataset))
    rows = dataset.points.where("train")
    dataset.images()  # threads that were used before the workers start do them no harm
    context = get_context("fork") if workers else None
    loader = DataLoader(
        Subset(source, rows.tolist()),
        batch_size=4,
        shuffle=True,
        num_workers=workers,
        multiprocessing_context=context,
    )
    seen = []
    for batch in loader:
        chosen = batch["row"].numpy()
        seen.extend(chosen.tolist())
        np.testing.assert_array_equal(batch["image"][:, 0].numpy(), dataset.images(chosen))
        np.testing.assert_allclose(batch["factors"].numpy(), dataset.factors[chosen], rtol=1e-6)
        np.testing.assert_allclose(
            batch["boundary_distance"].numpy(), dataset.boundary_distance[chosen], rtol=1e-6
        )
        assert batch["split"] == dataset.split[chosen].tolist()
    assert sorted(seen) == rows.tolist()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_worker_draws_with_one_thread():
    class ThreadCounter:
        height = width = 1

        def draw(self, world, points, threads=None):
            return np.full((len(points), 1, 1), 255 if threads is None else threads, np.uint8)

    world = Rose()
    points = PointSet(world.space, np.ones((1, 2)), np.array(["train"]), np.zeros(1))
    dataset = Dataset(world, ThreadCounter(), points)
    assert dataset.pixels().item() == 255
    receiver, sender = get_context("fork").Pipe(duplex=False)
    worker = get_context("fork").Process(target=lambda: sender.send(dataset.pixels().item()))
    worker.start()
    assert receiver.recv() == 1
    worker.join()


def test_classes_number_the_values_that_exist():
    scale = Factor("scale", 0.5, 1, values=(0.5, 0.6, 0.7, 1.0))
    world = Named(("scale", "shift"))
    world.space = FactorSpace([scale, Factor("shift", 0, 1)])
    factors = np.array([[0.7, 0.3], [0.5, 0.1], [1.0, 0.3]])
    points = PointSet(world.space, factors, np.full(3, "train"), np.zeros(3))
    assert Dataset(world, SquareCanvas(4), points).classes.tolist() == [[2, 1], [0, 0], [3, 1]]
