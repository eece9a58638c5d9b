"""Any encoder and any decoder, seen as an autoencoder of grey images."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from transect.model.adapter.image_form import ImageForm
from transect.model.derivative import with_jacobian


class ModulePair(nn.Module):
    """An encoder and a decoder made elsewhere, trained or not.

    A module may return a tensor, a tuple or list whose first item is meant, or an object or
    mapping, of which `code` or `image` names the field. The mean of the code is what should be
    named: noise would blur what is measured. Modules may have any precision and lie on any device:
    what they take is turned into theirs, and what they give into that of the caller.

    Args:
        encoder: Takes images (n, channels, h, w), returns codes (n, latent), or n codes
            of the shape `code_shape`.
        decoder: Takes such codes, returns images (n, c, h, w), (n, h, w), or (n, k) with a
            square number k of pixels.
        code: Field of the encoder's answer that holds the codes.
        image: Field of the decoder's answer that holds the images.
        code_shape: Shape of one code where it is no vector, such as (4, 8, 8).
        channels: Channels of the images that the encoder takes; each gets the same grey. None for
            images (n, h, w).
        value_range: The values that stand for 0 and 1 in the images taken and given.
        logits: Whether the decoder gives logits, whose sigmoid is the image.

    Raises:
        ValueError: An argument is out of range.

    Example:
        >>> import torch
        >>> pair = ModulePair(nn.Flatten(), nn.Unflatten(1, (1, 8, 8)))
        >>> pair.reconstruct(torch.ones(2, 8, 8)).shape
        torch.Size([2, 8, 8])
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        *,
        code: str | None = None,
        image: str | None = None,
        code_shape: Sequence[int] | None = None,
        channels: int | None = 1,
        value_range: Sequence[float] = (0.0, 1.0),
        logits: bool = False,
    ) -> None:
        super().__init__()
        for name, module in (("encoder", encoder), ("decoder", decoder)):
            if not isinstance(module, nn.Module):
                raise ValueError(f"the {name} needs to be a torch.nn.Module, got {module!r}")
        self.encoder, self.decoder = encoder, decoder
        self.code, self.image = code, image
        self.code_shape = None if code_shape is None else tuple(code_shape)
        self.form = ImageForm(channels, value_range, logits)

    def encode(self, images: Tensor) -> Tensor:
        """Return the codes (n, latent) of images (n, h, w) in [0, 1].

        Raises:
            ValueError: The encoder's answer has no such codes.
        """
        codes = _call("encoder", self.encoder, self.form.give(images), self.code)
        needed = (len(images), *(self.code_shape or codes.shape[1:2]))
        if codes.ndim < 2 or tuple(codes.shape) != needed:
            wanted = "(n, latent)" if self.code_shape is None else f"(n, *{self.code_shape})"
            raise ValueError(
                f"the encoder's codes need the shape {wanted}, got {tuple(codes.shape)} for "
                f"{len(images)} images; give code_shape where a code is no vector"
            )
        return codes.flatten(1)

    def decode(self, codes: Tensor) -> Tensor:
        """Return the images (n, h, w) in [0, 1] of codes (n, latent).

        Raises:
            ValueError: The codes do not fit `code_shape`, or the decoder's answer has no images.
        """
        if self.code_shape is not None:
            if codes.shape[1] != math.prod(self.code_shape):
                raise ValueError(
                    f"codes need {math.prod(self.code_shape)} numbers for the code_shape "
                    f"{self.code_shape}, got {codes.shape[1]}"
                )
            codes = codes.unflatten(1, self.code_shape)
        return self.form.take(_call("decoder", self.decoder, codes, self.image))

    def decode_with_jacobian(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the images (n, h, w) of codes (n, latent), and their derivatives by the code.

        Args:
            codes: (n, latent).

        Returns:
            The images and (n, latent, h, w); no gradient flows through either.
        """
        return with_jacobian(self.decode, codes)

    def reconstruct(self, images: Tensor) -> Tensor:
        """Return the decoded codes, (n, h, w) in [0, 1], of images (n, h, w) in [0, 1]."""
        return self.decode(self.encode(images))


def place_of(module: nn.Module) -> Tensor:
    """Return one of the floating-point weights of a module, for its device and precision.

    Without any it is a float32 on the CPU, or on the device of what else the module holds.
    """
    kept = [*module.parameters(), *module.buffers()]
    floating = (part for part in kept if part.is_floating_point())
    return next(floating, torch.empty(0, device=kept[0].device if kept else None))


def _call(who: str, module: nn.Module, values: Tensor, name: str | None) -> Tensor:
    """Return what a module makes of values, computed on its device and in its precision.

    Raises:
        ValueError: Its answer holds no tensor of real numbers.
    """
    place = place_of(module)
    answer = field(who, module(values.to(place)), name)
    if answer.is_complex():
        raise ValueError(f"the {who} needs to answer with real numbers, got {answer.dtype}")
    return answer.to(values)


def field(who: str, answer: Any, name: str | None) -> Tensor:
    """Return the tensor in what a module answered.

    Args:
        who: What the module is called in a message.
        answer: A tensor; a tuple or list, whose first item is meant; or what has the field `name`.
        name: Name of an attribute or key; None for one of the former.

    Raises:
        ValueError: There is no such field, or it is no tensor.
    """
    found = answer
    if name is not None:
        found = answer.get(name) if isinstance(answer, Mapping) else getattr(answer, name, None)
    elif isinstance(answer, tuple | list) and answer:
        found = answer[0]
    if isinstance(found, Tensor):
        return found
    has = f"; it has {', '.join(map(str, answer))}" if isinstance(answer, Mapping) else ""
    place = "" if name is None else f" in the field {name!r}"
    raise ValueError(
        f"the {who} needs to answer with a tensor{place}, got {type(answer).__name__}{has}"
    )
