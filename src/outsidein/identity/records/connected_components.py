"""Connected components of the graph of linked records."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def component_labels(
    nodes: int, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Label the connected components of a graph.

    Args:
        nodes: How many nodes there are, coded 0 to `nodes` - 1.
        left: One end of each edge (node code).
        right: The other end (node code).

    Returns:
        For each node the smallest code in its component, whatever the order of the edges.

    Example:
        >>> component_labels(5, np.array([3, 1]), np.array([1, 4])).tolist()
        [0, 1, 2, 1, 1]
    """
    ones = np.ones(len(left), dtype=np.int8)
    graph = coo_array((ones, (left, right)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    smallest = np.full(labels.max(initial=-1) + 1, nodes, dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(nodes))
    return np.asarray(smallest[labels], dtype=np.int64)
