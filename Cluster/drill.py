"""Harms a running cluster in turn while buyers buy through its front, and says what became of it. Usage: drill.py [FAULT ...]

Each kind of process is killed and started again, one Galera node is cut off, one is paused. After each harm the line says
how many requests failed, how long the last of them came after the harm, and how long until everything was whole again. At
the end the books must agree, every order that was acknowledged must exist once, and every payment that was captured must
have paid its order. Ends with 1 otherwise. Takes ten minutes at most."""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

from buyers import Buyer, Front, Record
from cluster import FOLDER, PROGRAM, Cluster, say
from place import Fault, Place, is_answered, until

BUYERS = 6
LIMIT = 600
# What a buyer may notice of each harm: for how long, in seconds, requests may fail after it.
FALLBACKS = {
    "shop": 8, "payments": 6, "search": 6, "jobs": 0, "sandbox": 15, "galera": 20, "rabbitmq": 0, "etcd": 0, "worker": 3,
    "cut": 20, "pause": 30,
}


class Drill:
    def __init__(self, place):
        self.place, self.record, self.stop = place, Record(), threading.Event()
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
        for buyer in buyers:
            buyer.join(150)
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
        harmed = time.monotonic()
        getattr(self, name)()
        # Whole means that buyers buy again: one purchase each that began after.
        since = time.monotonic()
        bought = len(self.record.purchases)
        try:
            until(f"{BUYERS} purchases after {name}", 90, lambda: len(self.record.purchases) >= bought + BUYERS)
        except Fault as fault:
            self.faults.append(str(fault))
        time.sleep(2)
        failed = self.record.failures[failures:]
        last = max((moment for moment, _ in failed), default=harmed) - harmed
        say(f"{name:<12}{len(failed):>8}{last:>10.1f} s{since - harmed:>11.1f} s  {len(self.record.purchases) - purchases}")
        for _, entry in failed[:3]:
            say(f"    {entry}")
        if last > FALLBACKS[name]:
            self.faults.append(f"{name}: buyers noticed it for {last:.1f} s, and {FALLBACKS[name]} s are written down")

    # What is done to the cluster. Each returns once everything runs again.

    def kill(self, name, test=None):
        self.place.tell(name, signal.SIGKILL)
        until(f"the end of {name}", 10, lambda: not self.place.pid(name))
        time.sleep(3)
        self.place.again(name)
        until(f"{name} is back", 60, test or (lambda: self.place.pid(name)), self.place.log(name))

    def shop(self):
        self.kill("shop1", lambda: is_answered(self.place["shops"][0]))

    def payments(self):
        self.kill("payments1")

    def search(self):
        self.kill("search1")

    def jobs(self):
        self.kill("jobs1")

    def sandbox(self):
        self.kill("sandbox", lambda: is_answered(self.place["sandboxPort"]))

    def galera(self):
        galera, name = self.cluster.galera, self.cluster.galera.busiest()
        self.place.tell(name, signal.SIGKILL)
        until(f"the end of {name}", 10, lambda: not self.place.pid(name))
        time.sleep(5)
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
        time.sleep(5)
        galera.say(name, "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'")
        galera.wait(name)

    def pause(self):
        galera, name = self.cluster.galera, self.cluster.galera.busiest()
        self.place.tell(name, signal.SIGSTOP)
        time.sleep(10)
        self.place.tell(name, signal.SIGCONT)
        galera.wait(name)

    # What must be true at the end.

    def verify(self):
        record = self.record
        self.faults += [entry for _, entry in record.wrong]
        env = self.cluster.environment()
        until("the outbox is empty", 60, lambda: self.rows("SELECT COUNT(*) FROM outbox") == ["0"])
        audit = subprocess.run([PROGRAM, "audit"], env=env, capture_output=True, text=True, timeout=120)
        if audit.returncode:
            self.faults += audit.stdout.strip().splitlines()[:20] or [audit.stderr[-500:]]
        stored = dict(line.split("\t") for line in self.rows("SELECT number, state FROM order_head"))
        for number in record.orders:
            if number not in stored:
                self.faults.append(f"order {number} was acknowledged and isn't there")
        for number in record.paid:
            if stored.get(number) in (None, "awaitingPayment", "cancelled"):
                self.faults.append(f"order {number} was paid and is {stored.get(number)}")
        twice = self.rows("SELECT share.order_id FROM payment_share share JOIN payment ON payment.id = share.payment_id"
                          " WHERE payment.state = 'captured' GROUP BY share.order_id HAVING COUNT(*) > 1")
        self.faults += [f"order {order} was paid twice" for order in twice]
        # A letter goes out for each order that was paid, under the order's own name.
        owed = sum(state not in ("awaitingPayment", "cancelled") for state in stored.values())
        letters = list((self.place.folder / "data/mail").glob("order-paid-*.eml"))
        if len(letters) != owed:
            self.faults.append(f"{owed} orders are paid, and {len(letters)} letters say so")
        say(f"\n{len(record.orders)} orders acknowledged, {len(record.paid)} paid, {len(record.failures)} requests failed,"
            f" {len(letters)} letters, {time.monotonic() - self.began:.0f} s")
        median = sorted(took for _, (_, took) in record.purchases)[len(record.purchases) // 2]
        say(f"a purchase took {median * 1000:.0f} ms at the median")
        for fault in self.faults:
            say(f"FAULT {fault}")
        say("The books agree, and nothing that was promised is lost." if not self.faults else "The drill failed.")

    def rows(self, sql):
        text = self.cluster.galera.ask("galera2", f"USE martlet; {sql}")
        return text.splitlines()


def main():
    try:
        place = Place(FOLDER)
    except Fault as fault:
        raise SystemExit(f"drill: {fault}")
    if "url" not in place.state:
        raise SystemExit("drill: no cluster runs; `make cluster` starts one")
    wanted = sys.argv[1:] or list(FALLBACKS)
    unknown = [name for name in wanted if name not in FALLBACKS]
    if unknown:
        raise SystemExit(f"drill: {', '.join(unknown)}: the harms are {', '.join(FALLBACKS)}")
    drill = Drill(place)
    try:
        drill.run(wanted)
    except Fault as fault:
        raise SystemExit(f"drill: {fault}")
    finally:
        drill.stop.set()
    sys.exit(1 if drill.faults else 0)


if __name__ == "__main__":
    main()
