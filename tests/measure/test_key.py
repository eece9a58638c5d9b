import pytest
from hypothesis import given
from hypothesis import strategies as st

from transect.measure.key import Key, Source, column, transect_group

SOURCE_NAMES = [source.value for source in Source if source]

measures = st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True).filter(
    lambda name: not name.endswith(("_low", "_high"))
)
groups = st.one_of(
    st.just(""),
    st.sampled_from(["removed", "penalty", "embedding"]),
    # The user names the transect: any text, dots, sources and ends included.
    st.text().map(lambda name: transect_group(name, "inside")),
    st.sampled_from(SOURCE_NAMES).map(lambda name: transect_group(name + ".nmse_low", "outside")),
)


@given(measures, groups, st.sampled_from(Source), st.sampled_from(["", "low", "high"]))
def test_a_key_is_read_back_from_its_text(measure, group, source, end):
    key = Key(measure, group, source, end)
    assert Key.parse(str(key)) == key


def test_texts_are_as_documented():
    assert str(Key("nmse", "removed")) == "removed.nmse"
    assert str(Key("nmse", "penalty", end="high")) == "penalty.nmse_high"
    assert column(Source.NEAREST_IMAGE, "soft_iou") == "nearest_image.soft_iou"


@pytest.mark.parametrize("measure", ["", "a.b", "nmse_low", "nmse_high"])
def test_a_measure_that_would_be_read_otherwise_is_refused(measure):
    with pytest.raises(ValueError, match="measure needs a name without a dot"):
        Key(measure, "removed")


@pytest.mark.parametrize("group", SOURCE_NAMES)
def test_a_group_that_would_be_read_as_a_source_is_refused(group):
    with pytest.raises(ValueError, match="starts with no source"):
        Key("nmse", group)
