"""The same goods and questions in Tantivy: `tantivy_peer.py PROGRAM COUNT QUERIES.json FOLDER`, in a Python that has
`tantivy` 0.25 or newer. Stemmed English, Chinese in single characters and pairs, fields weighed as in the shop, all words before
any; top 20 with counts by category and brand, within prices. Prints one JSON object."""
import json
import pathlib
import sys
import time

import tantivy

import search_peers as peers

PROGRAM, COUNT, QUERIES, FOLDER = sys.argv[1], int(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()), sys.argv[4]
ENGLISH = ["title", "brand", "category", "words", "body"]
CHINESE = ["title_zh", "category_zh", "words_zh", "body_zh"]
BOOSTS = {name: peers.WEIGHTS[name.removesuffix("_zh")] for name in ENGLISH + CHINESE}
FACETS = {name: {"terms": {"field": name, "size": 3000}} for name in ("brand_id", "category_id")}


def schema():
    builder = tantivy.SchemaBuilder()
    for name in ENGLISH:
        builder.add_text_field(name, tokenizer_name="en_stem", index_option="freq")
    for name in CHINESE:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("id", "price", "brand_id", "category_id"):
        builder.add_unsigned_field(name, stored=name == "id", indexed=name in ("id", "price"), fast=True)
    return builder.build()


def built(index, facts):
    """Answers the seconds that Tantivy worked, without those in which goods were made."""
    writer, took = index.writer(heap_size=512_000_000, num_threads=2), 0.0
    for item in peers.goods(PROGRAM, COUNT):
        facts.append(tuple(map(int, item.facts.split(","))))
        document = tantivy.Document(
            title=item.title, brand=item.brand, category=item.category, words=item.words, body=item.body,
            **{f"{name}_zh": text for name, text in item.chinese().items()})
        for name, value in (("id", item.id), ("price", item.price), ("brand_id", item.brand_id), ("category_id", item.category_id)):
            document.add_unsigned(name, int(value))
        before = time.perf_counter()
        writer.add_document(document)
        took += time.perf_counter() - before
    before = time.perf_counter()
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return took + time.perf_counter() - before


def main():
    pathlib.Path(FOLDER).mkdir(parents=True, exist_ok=True)
    made = schema()
    index, facts = tantivy.Index(made, path=FOLDER), []
    seconds = built(index, facts)
    searcher = index.searcher()
    prices = tantivy.Query.range_query(
        made, "price", tantivy.FieldType.Unsigned, QUERIES["priceFrom"], QUERIES["priceTo"])

    def read(text, is_all):
        chinese = peers.pairs(text, singles=False)
        latin = peers.HAN.sub(" ", text).replace("-", " ")
        parts = []
        for words, fields in ((chinese, CHINESE), (latin, ENGLISH)):
            if words.strip():
                query, _ = index.parse_query_lenient(
                    words, fields, field_boosts={name: BOOSTS[name] for name in fields}, conjunction_by_default=is_all)
                parts.append(query)
        occur = tantivy.Occur.Must if is_all else tantivy.Occur.Should
        return tantivy.Query.boolean_query([(occur, part) for part in parts]) if parts else tantivy.Query.empty_query()

    def find(text, limit, within=None):
        """All words first, then any where there are too few. Answers the query that was asked last, and ids of goods."""
        ids = []
        for is_all in (True, False):
            query = read(text, is_all)
            if within is not None:
                query = tantivy.Query.boolean_query([
                    (tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0))])
            found = [searcher.doc(address)["id"][0] for _, address in searcher.search(query, limit).hits]
            ids += [each for each in found if each not in ids]
            if len(ids) >= limit or len(text) < 2:
                break
        return query, ids[:limit]

    def ask(text):
        query, ids = find(text, 20, prices)
        searcher.aggregate(query, FACETS)
        return ids

    told = peers.times(QUERIES, ask)
    told["ndcg_at_10"] = peers.quality(QUERIES["judged"], facts, lambda text, limit: find(text, limit)[1])
    told["build_seconds"] = seconds
    peers.tell(told)


main()
