"""Counts false headlines over many firms without any effect.

`nice python -m tests.headlines.sweep FILE 200` judges firms by seed, one after the other, keeps
each in FILE and leaves out those that lie there already. Then it prints the rate of each claim.
"""

import json
import sys
from pathlib import Path

from tests.headlines.firms import EFFECTS, FirmTask, JudgedFirm, judge_firm


def sweep(path, number):
    """Return the firms of the seeds from 1 on, those that were judged before from the file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    firms = {firm.seed: firm for firm in (JudgedFirm(**json.loads(line)) for line in lines)}
    for seed in range(1, number + 1):
        if seed not in firms:
            firms[seed] = judge_firm(FirmTask(seed, {}))
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(firms[seed]._asdict()) + "\n")
    return [firms[seed] for seed in range(1, number + 1)]


def main(path, number):
    """Print how many firms each claim is made of, and each sentence."""
    firms = sweep(Path(path), int(number))
    for claim in EFFECTS:
        false = [(firm.seed, s["text"]) for firm in firms for s in firm.shown(claim)]
        lines = [f"  {seed}: {text}" for seed, text in false]
        head = f"{claim}: {len({seed for seed, _ in false})} of {len(firms)} firms"
        sys.stdout.write("\n".join([head, *lines, ""]))


if __name__ == "__main__":
    main(*sys.argv[1:])
