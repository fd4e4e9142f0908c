"""What people judged, asked of Tantivy: `tantivy_demo.py LINES JUDGED.json FOLDER`. Of goods a line each as `SearchBench
documents` writes them, and of what `search_demo.py` made of the judgements. Prints one JSON object: NDCG@10 of each query."""
import json
import pathlib
import sys

import search_peers as peers
from tantivy_index import TantivyIndex

LINES, JUDGED, FOLDER = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")), sys.argv[3]


def main():
    index, told = TantivyIndex(FOLDER), {}
    with open(LINES, encoding="utf-8") as lines:
        index.fill(map(peers.Goods, lines))
    for key, judged in JUDGED.items():
        _, found = index.find(judged["text"], 10)
        ndcg = peers.ndcg([judged["grades"].get(str(each), 0) for each in found], judged["grades"].values())
        told[key] = ndcg
    peers.tell(told)


main()
