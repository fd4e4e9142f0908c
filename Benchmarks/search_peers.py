"""What the peers of search share: how goods and questions reach them, and what is told of them. The goods come from
`SearchBench documents`, a line each, so that none of them lies on the disk twice."""
import json
import math
import re
import statistics
import subprocess
import time

# Fields as weighed in the shop: title, brand, category, attributes, introduction.
WEIGHTS = {"title": 8.0, "brand": 5.0, "category": 4.0, "words": 2.0, "body": 0.6}
HAN = re.compile(r"[㐀-鿿]+")


class Goods:
    """One line of `SearchBench documents`."""

    def __init__(self, line):
        (self.id, self.title, self.title_zh, self.brand, self.category, self.category_zh, self.words, self.words_zh, self.body,
         self.body_zh, self.price, self.brand_id, self.category_id, self.facts) = line.rstrip("\n").split("\t")

    def chinese(self):
        """Chinese of all fields, cut as the shop cuts it."""
        return {"title": pairs(self.title_zh), "brand": pairs(self.brand), "category": pairs(self.category_zh),
                "words": pairs(self.words_zh), "body": pairs(self.body_zh)}


def pairs(text, singles=True):
    """Chinese as single characters and pairs with spaces between; all else is left out."""
    tokens = []
    for run in HAN.findall(text):
        if singles or len(run) == 1:
            tokens += run
        tokens += [run[place:place + 2] for place in range(len(run) - 1)]
    return " ".join(tokens)


def goods(program, count):
    """All of them, one after another; and what each is for grading, in a list that is filled meanwhile."""
    process = subprocess.Popen([program, "documents", str(count)], stdout=subprocess.PIPE, text=True, bufsize=1 << 20)
    for line in process.stdout:
        yield Goods(line)
    if process.wait():
        raise SystemExit("SearchBench documents failed")


def grade(question, facts):
    """As `MadeQuestion.grade`."""
    kind, leaf, colour, material, brand, series = facts
    if "series" in question:
        return 3 if series == question["series"] else 0
    others = [(question[name], value) for name, value in (("colour", colour), ("material", material), ("brand", brand))
              if name in question]
    if "kind" in question and kind != question["kind"]:
        return 1 if not others and leaf == question["leaf"] else 0
    return max(3 - sum(wanted != value for wanted, value in others), 1)


def gain(grades):
    return sum((2 ** grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:10]))


def ndcg(grades, judged):
    """As `RankingMeasure.ndcg`; None where nothing is worth anything."""
    ideal = gain(sorted(judged, reverse=True))
    return gain(grades) / ideal if ideal else None


def quality(questions, facts, find):
    """NDCG@10; `find` answers positions of goods, best first."""
    values = []
    for question in questions:
        ideal = gain(question["ideal"])
        found = [grade(question, facts[place]) for place in find(question["text"], 10)]
        values.append(gain(found) / ideal if ideal else 1)
    return statistics.mean(values)


def times(queries, ask, rounds=2, most=None, budget=240):
    """Median and 99th percentile of each class in milliseconds, each query asked once before. What takes longer than the
    budget ends with what was measured so far."""
    told = {}
    for name, key in (("common", "common"), ("three_words", "threeWords"), ("rare", "rare"), ("chinese", "chinese")):
        texts, took = queries[key][:most], []
        began = time.perf_counter()
        for text in texts:
            ask(text)
            if time.perf_counter() - began > budget:
                break
        began = time.perf_counter()
        for text in texts * rounds:
            before = time.perf_counter()
            ask(text)
            took.append((time.perf_counter() - before) * 1000)
            if time.perf_counter() - began > budget:
                break
        took.sort()
        told[f"{name}_p50_ms"] = took[len(took) // 2]
        told[f"{name}_p99_ms"] = took[min(len(took) * 99 // 100, len(took) - 1)]
    return told


def memory_mib():
    for line in open("/proc/self/status", encoding="utf-8"):
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0


def tell(values):
    print(json.dumps(values), flush=True)
