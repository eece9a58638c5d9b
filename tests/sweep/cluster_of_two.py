"""Two Ray nodes on this machine: a call that dies, a sweep on both, and one killed in the middle.

Arguments: the folder that describes the sweep, and the one to make. It prints what of three calls
was made and lost; then which cells failed, how many were in work when the node was killed, and how
many nodes were left.
"""

import sys
import threading
import time
from pathlib import Path

import ray
from ray.cluster_utils import Cluster as Nodes

from transect.run.trainings import SCRATCH
from transect.sweep.engine import Cluster, Lost
from transect.sweep.sweep import CELLS, read_sweep, run_sweep
from transect.training.loop import CHECKPOINT


def nodes_left() -> int:
    """Return how many nodes are alive, once the head has noticed that one is not."""
    deadline = time.monotonic() + 60
    while (alive := sum(node["Alive"] for node in ray.nodes())) > 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    return alive


def main(description: str, out: str) -> None:
    sweep = read_sweep(Path(description), trust=False)
    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = nodes.add_node(num_cpus=1)
    nodes.wait_for_nodes()
    words = [("0",), ("__import__('os')._exit(9)",), ("2",)]
    found = dict(Cluster(nodes.address, retries=1).run(eval, words))
    died = {at: one.reason.split(":")[0] for at, one in found.items() if isinstance(one, Lost)}
    made = {at: one for at, one in sorted(found.items()) if at not in died}
    print(f"made {made}, lost {died}")
    lost: list[int] = []

    def kill() -> None:
        # A node has one processor: with two cells in work, each node is in the middle of one.
        # A checkpoint by its own name, since its successor lies beside it while it is written.
        pattern = f"*.partial/{SCRATCH}/*/{CHECKPOINT}"
        while len(found := list(Path(out, CELLS).glob(pattern))) < 2:
            time.sleep(0.01)
        nodes.remove_node(second, allow_graceful=False)
        lost.append(len(found))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    failed = run_sweep(sweep, Path(out), engine=Cluster(nodes.address), progress=False)
    killer.join(timeout=60)
    ray.init(address=nodes.address, log_to_driver=False)
    alive = nodes_left()
    ray.shutdown()
    nodes.shutdown()
    print(f"failed {failed}, in work {lost}, alive {alive}")


if __name__ == "__main__":
    main(*sys.argv[1:])
