import pytest

from transect.training import History


def test_numbers_come_back_exactly(tmp_path):
    path = tmp_path / "new" / "history.csv"
    history = History(path)
    history.append({"epoch": 1, "loss": 1 / 3, "seconds": 1e-300})
    history.append({"epoch": 2, "loss": 0.1 + 0.2, "seconds": 7.0})
    again = History(path)
    assert again.rows == history.rows
    assert again.column("loss") == [1 / 3, 0.1 + 0.2]
    assert path.read_text().splitlines()[0] == "epoch,loss,seconds"
    assert [item.name for item in path.parent.iterdir()] == ["history.csv"]


def test_truncate_drops_the_last_epochs_on_disk_too(tmp_path):
    history = History(tmp_path / "history.csv")
    for epoch in range(1, 5):
        history.append({"epoch": epoch, "loss": 0.5})
    history.truncate(2)
    assert [row["epoch"] for row in History(tmp_path / "history.csv")] == [1, 2]
    history.truncate(0)
    again = History(tmp_path / "history.csv")
    again.append({"epoch": 1, "loss": 0.25})
    assert History(tmp_path / "history.csv").rows == [{"epoch": 1, "loss": 0.25}]
    with pytest.raises(ValueError, match="no column 'lost'; choose from epoch, loss"):
        again.column("lost")
