"""The same goods and questions in Tantivy: `tantivy_peer.py PROGRAM COUNT QUERIES.json FOLDER`, in a Python that has `tantivy`
(`tantivy_index.py`); top 20 with counts by category and brand, within prices. Prints one JSON object."""
import json
import pathlib
import sys

import tantivy

import search_peers as peers
from tantivy_index import TantivyIndex

PROGRAM, COUNT, QUERIES, FOLDER = sys.argv[1], int(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()), sys.argv[4]
FACETS = {name: {"terms": {"field": name, "size": 3000}} for name in ("brand_id", "category_id")}


def noted(facts):
    """All goods; what each is for grading goes into the list meanwhile."""
    for item in peers.goods(PROGRAM, COUNT):
        facts.append(tuple(map(int, item.facts.split(","))))
        yield item


def main():
    index, facts = TantivyIndex(FOLDER), []
    seconds = index.fill(noted(facts))
    prices = tantivy.Query.range_query(
        index.schema, "price", tantivy.FieldType.Unsigned, QUERIES["priceFrom"], QUERIES["priceTo"])

    def ask(text):
        query, ids = index.find(text, 20, prices)
        index.searcher.aggregate(query, FACETS)
        return ids

    told = peers.times(QUERIES, ask)
    told["ndcg_at_10"] = peers.quality(QUERIES["judged"], facts, lambda text, limit: index.find(text, limit)[1])
    told["build_seconds"] = seconds
    peers.tell(told)


main()
