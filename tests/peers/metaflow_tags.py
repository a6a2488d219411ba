"""The user tags of a run as Metaflow's own Client API reads them.

    METAFLOW_DATASTORE_SYSROOT_LOCAL=FOLDER python metaflow_tags.py FLOW/RUN

FOLDER is the one that holds `.metaflow`. Prints one tag a line, sorted.
"""

import sys

from metaflow import Run, namespace

namespace(None)
print(*sorted(Run(sys.argv[1]).user_tags), sep="\n")
