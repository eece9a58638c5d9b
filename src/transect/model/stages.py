"""The ladder of sizes that the strided encoder descends and the transposed decoder climbs."""

from collections.abc import Sequence

SMALLEST = 4


def stage_channels(size: int, channels: Sequence[int]) -> list[int]:
    """Return the channels of each stage between an image of `size` pixels and 4×4 maps.

    Each stage halves the size; the first belongs to the image. `channels` names the channels from
    the image inwards; the last of them is repeated as often as needed.

    Raises:
        ValueError: The size is not a power of two from 16 up, or no channel or one below 1 is
            given.
    """
    if size < 16 or size & (size - 1):
        raise ValueError(f"size must be a power of two from 16 up, got {size}")
    if not channels or min(channels) < 1:
        raise ValueError(f"channels must be at least one number from 1 up, got {list(channels)}")
    stages = (size // SMALLEST).bit_length() - 1
    return [channels[min(stage, len(channels) - 1)] for stage in range(stages)]
