"""A Ray cluster of a head and two nodes: says its address and its client server's; each line on
standard input takes a node away without warning; the end of standard input ends it."""

# pyright: basic
import os
import socket
import sys

OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # Ray prints

from ray.cluster_utils import Cluster  # noqa: E402

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
cluster = Cluster(
    initialize_head=True, head_node_args={"num_cpus": 0, "ray_client_server_port": port}
)
nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
print(cluster.address, f"127.0.0.1:{port}", file=OUT, flush=True)
for _ in sys.stdin:
    cluster.remove_node(nodes.pop(), allow_graceful=False)
    print("lost", file=OUT, flush=True)
cluster.shutdown()
