"""The data of a study: complete, one row a loss and seed."""

from dataclasses import replace

import pandas as pd
import pytest


def test_reference_others_and_seeds(study):
    assert study.reference == "standard"
    assert study.others == ["entanglement", "curled"]
    assert study.seeds == [0, 1, 2]
    assert study.runs("curled") == 3


def test_removed_points_are_no_part_of_an_embedding(study):
    assert study.full
    table = study.embeddings["curled"].copy()
    table.loc[:9, "split"] = "removed"
    data = replace(study, embeddings=study.embeddings | {"curled": table})
    assert not data.full
    assert len(data.kept("curled")) == len(table) - 10


def test_what_is_missing_is_named(study):
    with pytest.raises(ValueError, match="at least one loss"):
        replace(study, losses={})
    with pytest.raises(ValueError, match="traversals needs every loss, got none for 'curled'"):
        replace(study, traversals={k: v for k, v in study.traversals.items() if k != "curled"})
    with pytest.raises(ValueError, match="rows of every loss, got none for 'curled'"):
        replace(study, scores=study.scores[study.scores["loss"] != "curled"])


def test_a_seed_counts_once(study):
    twice = pd.concat([study.scores, study.scores.iloc[[4]]])
    with pytest.raises(ValueError, match="two of 'entanglement', 1"):
        replace(study, scores=twice)
