"""Harms a running cluster in turn while buyers buy through its front, and says what became of it. Usage: drill.py [FAULT ...]

Each kind of process is killed and started again, `payments` altogether as well, one Galera node is cut off, one is paused.
After each harm the line says how many requests failed, how long the last of them came after the harm, and how long until
everything was whole again; docs/governance.md says how long that may be. Requests that are turned away must be told so as
it is written there. At the end the books must agree, every order that was acknowledged must exist, no wish may have become
two, every payment that was captured must have paid its order, and each order must have its letters. Ends with 1 otherwise.
Takes ten minutes at most."""
import collections
import os
import re
import signal
import subprocess
import sys
import threading
import time

import written
from books import Books
from buyers import Away, Buyer, Front, Record
from cluster import FOLDER, PROGRAM, Cluster, say
from place import Fault, Overdue, Place, allotted, is_answered, until

BUYERS = 6
LIMIT = 600
# The harms, as docs/governance.md lists them.
HARMS = ("shop", "payments", "absent", "search", "jobs", "sandbox", "galera", "rabbitmq", "etcd", "worker", "cut", "pause")
# How long nobody does payments: longer than a breaker stays open and a lease lasts.
ABSENCE = 10
# What buyers are told of it, wherever they pay or ask for a payment.
TOLD = re.compile(r"/payments\b.*: 503 temporarilyUnavailable$")


class Drill:
    def __init__(self, place, allowed):
        self.place, self.record, self.stop = place, Record(), threading.Event()
        self.allowed, self.doing = allowed, "waited for the first purchases"
        self.began = time.monotonic()
        self.faults = []
        self.cluster = Cluster(place)

    def run(self, wanted):
        variants = self.variants()
        buyers = [Buyer(number, self.place, self.record, self.stop, variants) for number in range(BUYERS)]
        for buyer in buyers:
            buyer.start()
        until("the first purchases", 90, lambda: len(self.record.purchases) >= BUYERS or self.record.wrong)
        say(f"{'harm':<12}{'failed':>8}{'last after':>12}{'whole after':>13}  bought meanwhile")
        for name in wanted:
            if time.monotonic() - self.began > LIMIT - 90:
                self.faults.append(f"no time was left for {name}")
                break
            self.harm(name)
        self.stop.set()
        self.doing = "waited for the last purchases"
        deadline = time.monotonic() + 150
        while any(buyer.is_alive() for buyer in buyers) and time.monotonic() < deadline:
            allotted.rest(0.1)
        self.doing = "compared the books"
        self.verify()

    def variants(self):
        front = Front(self.place["url"], self.place["authority"], "127.0.2.1")
        _, page = front.ask("GET", "/api/v1/products?limit=40&inStock=true")
        found = []
        for item in page["items"]:
            _, product = front.ask("GET", f"/api/v1/products/{item['id']}")
            found += [v["id"] for v in product["variants"] if v.get("price") and v["stock"] >= 50]
        front.close()
        if not found:
            raise Fault("the shop sells nothing of which fifty are there")
        return found[:12]

    def harm(self, name):
        failures, purchases = len(self.record.failures), len(self.record.purchases)
        self.doing = f"harmed {name}"
        harmed = time.monotonic()
        getattr(self, name)()
        # Whole means that buyers buy again: one purchase each that began after.
        since = time.monotonic()
        bought = len(self.record.purchases)
        try:
            until(f"{BUYERS} purchases after {name}", 90, lambda: len(self.record.purchases) >= bought + BUYERS)
        except Fault as fault:
            self.faults.append(str(fault))
        allotted.rest(2)
        failed = self.record.failures[failures:]
        last = max((moment for moment, _ in failed), default=harmed) - harmed
        say(f"{name:<12}{len(failed):>8}{last:>10.1f} s{since - harmed:>11.1f} s  {len(self.record.purchases) - purchases}")
        for _, entry in failed[:3]:
            say(f"    {entry}")
        if last > self.allowed[name]:
            self.faults.append(f"{name}: buyers noticed it for {last:.1f} s, and {self.allowed[name]} s are written down")

    # What is done to the cluster. Each returns once everything runs again.

    def strike(self, *names):
        for name in names:
            self.place.tell(name, signal.SIGKILL)
        until(f"the end of {' and '.join(names)}", 10, lambda: not any(self.place.pid(name) for name in names))

    def kill(self, name, test=None):
        self.strike(name)
        allotted.rest(3)
        self.place.again(name)
        until(f"{name} is back", 60, test or (lambda: self.place.pid(name)), self.place.log(name))

    def shop(self):
        self.kill("shop1", lambda: is_answered(self.place["shops"][0]))

    def payments(self):
        self.kill("payments1")

    def absent(self):
        """For a while nobody does payments: orders must be placed all the same, and buyers be told that paying must wait."""
        names = ("payments1", "payments2")
        self.strike(*names)
        failures, orders = len(self.record.failures), len(self.record.orders)
        allotted.rest(ABSENCE)
        told = [entry for _, entry in self.record.failures[failures:] if TOLD.search(entry)]
        placed = len(self.record.orders) - orders
        for name in names:
            self.place.again(name)
        until(f"{' and '.join(names)} are back", 60, lambda: all(self.place.pid(name) for name in names))
        if not told:
            self.faults.append("absent: while nobody did payments no buyer was told that a part doesn't answer")
        if not placed:
            self.faults.append("absent: while nobody did payments no order was placed")

    def search(self):
        self.kill("search1")

    def jobs(self):
        self.kill("jobs1")

    def sandbox(self):
        self.kill("sandbox", lambda: is_answered(self.place["sandboxPort"]))

    def galera(self):
        galera, name = self.cluster.galera, self.cluster.galera.busiest()
        self.strike(name)
        allotted.rest(5)
        galera.begin(name)
        galera.wait(name)

    def rabbitmq(self):
        self.kill("rabbitmq", lambda: self.cluster.rabbitmq.is_there())

    def etcd(self):
        self.kill("etcd1")

    def worker(self):
        workers = self.cluster.nginx.workers()
        for pid in workers[:1]:
            os.kill(pid, signal.SIGKILL)
        until("another worker", 10, lambda: set(self.cluster.nginx.workers()) - set(workers))

    def cut(self):
        """The node hears none of the others, and they don't hear it: it must refuse to work, and catch up afterwards."""
        galera, name = self.cluster.galera, self.cluster.galera.busiest()
        galera.say(name, "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'")
        until(f"{name} is alone", 30,
              lambda: not galera.ask(name, "SHOW STATUS LIKE 'wsrep_cluster_status'").endswith("\tPrimary"))
        allotted.rest(5)
        galera.say(name, "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'")
        galera.wait(name)

    def pause(self):
        galera, name = self.cluster.galera, self.cluster.galera.busiest()
        self.place.tell(name, signal.SIGSTOP)
        try:
            allotted.rest(10)
        finally:
            self.place.tell(name, signal.SIGCONT)
        galera.wait(name)

    def verify(self):
        """What must be true at the end."""
        record, books = self.record, Books(self.cluster, self.record, PROGRAM)
        self.faults += books.compare()
        say(f"\n{len(record.orders)} orders acknowledged, {len(record.paid)} paid, {len(record.failures)} requests failed,"
            f" {books.letters} letters, {time.monotonic() - self.began:.0f} s")
        if record.purchases:
            median = sorted(took for _, (_, took) in record.purchases)[len(record.purchases) // 2]
            say(f"a purchase took {median * 1000:.0f} ms at the median")

    def note_wrong(self):
        """What buyers should never have seen, each once."""
        seen = collections.Counter(entry for _, entry in self.record.wrong)
        self.faults += [f"{entry} ({count} times)" if count > 1 else entry for entry, count in seen.most_common(20)]
        if len(seen) > 20:
            self.faults.append(f"{len(seen) - 20} more of these")


def main():
    try:
        allowed = written.seconds()
        if tuple(allowed) != HARMS:
            raise Fault(f"{written.PAGE} lists the harms {', '.join(allowed)}, and the drill knows {', '.join(HARMS)}")
        wanted = sys.argv[1:] or list(HARMS)
        unknown = [name for name in wanted if name not in HARMS]
        if unknown:
            raise Fault(f"{', '.join(unknown)}: the harms are {', '.join(HARMS)}")
        place = Place(FOLDER)
        if "url" not in place.state:
            raise Fault("no cluster runs; `make cluster` starts one")
    except Fault as fault:
        raise SystemExit(f"drill: {fault}")
    drill = Drill(place, allowed)
    # Whatever it waits for, it ends.
    allotted.limit(LIMIT)
    try:
        drill.run(wanted)
    except Overdue:
        drill.faults.append(
            f"{LIMIT} s were over while it {drill.doing}: what was harmed may be so still; `bin/cluster status` says what"
            " has ended, and `make cluster-down` ends the rest")
    except (Fault, Away, subprocess.TimeoutExpired) as fault:
        drill.faults.append(f"while it {drill.doing}: {fault}")
    finally:
        allotted.limit(None)
        drill.stop.set()
    drill.note_wrong()
    for fault in drill.faults:
        say(f"FAULT {fault}")
    say("The books agree, and nothing that was promised is lost." if not drill.faults else "The drill failed.")
    sys.exit(1 if drill.faults else 0)


if __name__ == "__main__":
    main()
