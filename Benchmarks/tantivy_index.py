"""Goods in Tantivy, as the shop would be asked for them: English stemmed, Chinese in single characters and pairs, fields weighed as
in the shop, all words before any. For a Python that has `tantivy` 0.25 or newer."""
import pathlib
import re
import time

import tantivy

import search_peers as peers

ENGLISH = ["title", "brand", "category", "words", "body"]
CHINESE = [f"{name}_zh" for name in ENGLISH]
BOOSTS = {name: peers.WEIGHTS[name.removesuffix("_zh")] for name in ENGLISH + CHINESE}
# Signs would be read as operators, and words that they join as phrases, of which an index without positions knows nothing.
SIGNS = re.compile(r"[\W_]+")


def schema():
    builder = tantivy.SchemaBuilder()
    for name in ENGLISH:
        builder.add_text_field(name, tokenizer_name="en_stem", index_option="freq")
    for name in CHINESE:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("id", "price", "brand_id", "category_id"):
        builder.add_unsigned_field(name, stored=name == "id", indexed=name in ("id", "price"), fast=True)
    return builder.build()


class TantivyIndex:
    def __init__(self, folder):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        self.schema = schema()
        self.index = tantivy.Index(self.schema, path=str(folder))

    def fill(self, goods):
        """Answers the seconds that Tantivy worked, without those in which goods were made."""
        writer, took = self.index.writer(heap_size=512_000_000, num_threads=2), 0.0
        for item in goods:
            document = tantivy.Document(
                title=item.title, brand=item.brand, category=item.category, words=item.words, body=item.body,
                **{f"{name}_zh": text for name, text in item.chinese().items()})
            for name in ("id", "price", "brand_id", "category_id"):
                document.add_unsigned(name, int(getattr(item, name)))
            before = time.perf_counter()
            writer.add_document(document)
            took += time.perf_counter() - before
        before = time.perf_counter()
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()
        return took + time.perf_counter() - before

    def read(self, text, is_all):
        chinese = peers.pairs(text, singles=False)
        # AND, OR and NOT are operators in capitals alone.
        latin = SIGNS.sub(" ", peers.HAN.sub(" ", text)).lower()
        parts = []
        for words, fields in ((chinese, CHINESE), (latin, ENGLISH)):
            if words.strip():
                query, _ = self.index.parse_query_lenient(
                    words, fields, field_boosts={name: BOOSTS[name] for name in fields}, conjunction_by_default=is_all)
                parts.append(query)
        occur = tantivy.Occur.Must if is_all else tantivy.Occur.Should
        return tantivy.Query.boolean_query([(occur, part) for part in parts]) if parts else tantivy.Query.empty_query()

    def find(self, text, limit, within=None):
        """All words first, then any where there are too few. Answers the query that was asked last, and ids of goods."""
        ids = []
        for is_all in (True, False):
            query = self.read(text, is_all)
            if within is not None:
                query = tantivy.Query.boolean_query([
                    (tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0))])
            found = [self.searcher.doc(address)["id"][0] for _, address in self.searcher.search(query, limit).hits]
            ids += [each for each in found if each not in ids]
            if len(ids) >= limit or len(text) < 2:
                break
        return query, ids[:limit]
