"""Counts false headlines and contradictions over many firms without any effect.

`nice python -m tests.headlines.sweep FILE 200` judges firms by seed, one after the other, keeps
each in FILE and leaves out those that lie there already. Then it prints the rate of each claim.
The first firms are built whole, so that every pair of figures that answers one question is there;
of the others only the steps run that effects rest on.
"""

import json
import sys
from pathlib import Path

from tests.headlines.firms import EFFECTS, FirmTask, JudgedFirm, judge_firm, judge_whole_firm

WHOLE = 20
"""Firms that are built whole."""


def sweep(path, number):
    """Return the firms of the seeds from 1 on, those that were judged before from the file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    firms = {firm.seed: firm for firm in (JudgedFirm(**json.loads(line)) for line in lines)}
    for seed in range(1, number + 1):
        if seed not in firms:
            judge = judge_whole_firm if seed <= WHOLE else judge_firm
            firms[seed] = judge(FirmTask(seed, {}))
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(firms[seed]._asdict()) + "\n")
    return [firms[seed] for seed in range(1, number + 1)]


def main(path, number):
    """Print how many firms each claim is made of, and each sentence, then the contradictions."""
    firms = sweep(Path(path), int(number))
    for claim in EFFECTS:
        false = [(firm.seed, s["text"]) for firm in firms for s in firm.shown(claim)]
        _print(f"{claim}: {len({seed for seed, _ in false})} of {len(firms)} firms", false)
    misled = sum(any(firm.shown(claim) for claim in EFFECTS) for firm in firms)
    _print(f"any of them: {misled} of {len(firms)} firms", [])
    whole = firms[:WHOLE]
    pairs = [(firm.seed, s["withheld_because"]) for firm in whole for s in firm.contradictions()]
    _print(f"contradictions: {len(pairs)} in {len(whole)} whole firms", pairs)
    shown = sum(len(firm.shown()) for firm in whole)
    withheld = sum(len(firm.statements) for firm in whole) - shown
    _print(f"statements of whole firms: {shown} shown, {withheld} withheld", [])


def _print(head, lines):
    sys.stdout.write("\n".join([head, *(f"  {seed}: {text}" for seed, text in lines), ""]))


if __name__ == "__main__":
    main(*sys.argv[1:])
