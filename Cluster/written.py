"""What docs/governance.md says of harms: for how many seconds after each of them buyers may notice it."""
import pathlib

from place import Fault

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/governance.md"
HEADING = "## How long a fall is felt"


def seconds():
    """Seconds by the name of the harm, in the order of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    if HEADING not in lines:
        raise Fault(f"{PAGE} has no section '{HEADING}'")
    found = {}
    for line in lines[lines.index(HEADING) + 1:]:
        if line.startswith("## "):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:
            if not cells[1].isdigit():
                raise Fault(f"{PAGE}: the seconds of {cells[0]} are '{cells[1]}' and not a number")
            found[cells[0].strip("`")] = int(cells[1])
    return found
