import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from transect.space.denormals import are_denormals_flushed, denormals

TINY = torch.full((100,), 1e-39)


def are_kept() -> bool:
    return bool((TINY * 1 != 0).any()) and bool(np.float64(1e-308) / 2 > 0)


@pytest.mark.parametrize("outside", [False, True])
def test_the_setting_holds_within_the_body_alone(outside):
    with denormals(flushed=outside):
        for inside in (True, False):
            with denormals(flushed=inside):
                assert are_denormals_flushed() == inside and are_kept() != inside
                with denormals(flushed=not inside):
                    assert are_kept() == inside
                assert are_kept() != inside
            assert are_denormals_flushed() == outside and are_kept() != outside
        with pytest.raises(ZeroDivisionError), denormals(flushed=not outside):
            raise ZeroDivisionError
        assert are_kept() != outside


def test_a_thread_has_its_own_setting():
    found = []
    thread = threading.Thread(target=lambda: found.append(are_kept()))
    with denormals(flushed=False):
        thread.start()
        with denormals(flushed=True):
            thread.join()
    assert found == [True]


def test_torch_is_not_imported_where_nothing_changes():
    code = (
        "import sys; from transect.space.denormals import denormals\n"
        "with denormals(flushed=False): print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
