"""Brings up the whole shop on one machine as it runs on many, and takes it down again: three Galera nodes, RabbitMQ, three
members of etcd, two of each part of the shop, nginx in front. Usage: cluster.py up|down|status

Everything listens on loopback, lives in one folder (CLUSTER_FOLDER, else martlet-cluster in the folder for temporary files)
and is ended by its process id."""
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from place import Fault, Place, is_answered, until
from servers import Etcd, Galera, Nginx, RabbitMQ, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("CLUSTER_FOLDER") or pathlib.Path(tempfile.gettempdir()) / "martlet-cluster")
PROGRAM = pathlib.Path(os.environ.get("MARTLET_PROGRAM") or ROOT / ".build/debug/martlet")
EACH = 2


class Cluster:
    """All processes, and how they depend on one another."""

    def __init__(self, place):
        self.place = place
        self.etcd, self.galera, self.rabbitmq = Etcd(place), Galera(place), RabbitMQ(place)
        self.nginx = Nginx(place, ROOT)
        self.sandbox, *self.ports = place.ports("shop", 1 + EACH)

    @property
    def settings(self):
        """What every part of the program is told."""
        place = self.place
        return {
            "MARTLET_HOME_FOLDER": ROOT, "MARTLET_DATA_FOLDER": place.folder / "data",
            "MARTLET_DATABASE_URL": self.galera.url("martlet"), "MARTLET_DATABASE_CONNECTIONS": 12,
            "MARTLET_EVENTS_BROKER": self.rabbitmq.address, "MARTLET_REGISTRY_ETCD": self.etcd.address,
            "MARTLET_PARTS_SECRET": place["secret"], "MARTLET_HTTP_PUBLIC_URL": self.nginx.url,
            "MARTLET_HTTP_TRUSTS_PROXY": "true", "MARTLET_SANDBOX_PORT": self.sandbox,
            "MARTLET_SANDBOX_SECRET": place["sandboxSecret"], "MARTLET_SANDBOX_AUTHORITIES": self.nginx.authority,
            "MARTLET_ORDERS_PAY_WITHIN_MINUTES": 30,
        }

    def environment(self, **more):
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MARTLET_") and key != "PORT"}
        return {**kept, **{key: str(value) for key, value in {**self.settings, **more}.items()}}

    def up(self):
        began = time.monotonic()
        place = self.place
        place["secret"], place["sandboxSecret"] = secrets.token_hex(16), secrets.token_hex(16)
        self.nginx.certify()
        self.together(self.start_galera, self.start_rabbitmq, self.start_etcd)
        say(f"databases, broker and registry are there after {time.monotonic() - began:.0f} s")
        run([PROGRAM, "migrate"], place.log("migrate"), self.environment())
        run([PROGRAM, "demo", "--catalogue-only"], place.log("demo"), self.environment())
        place.start("sandbox", [PROGRAM, "sandbox"], self.environment())
        for part in ("payments", "search", "jobs"):
            for number in range(1, EACH + 1):
                place.start(f"{part}{number}", [PROGRAM, "serve", "--only", part],
                            self.environment(MARTLET_HTTP_PORT=0))
        for number, port in enumerate(self.ports, 1):
            place.start(f"shop{number}", [PROGRAM, "serve", "--only", "shop"], self.environment(MARTLET_HTTP_PORT=port))
        for number, port in enumerate(self.ports, 1):
            until(f"shop{number}", 120, lambda: is_answered(port), place.log(f"shop{number}"))
        until("the sandbox", 30, lambda: is_answered(self.sandbox), place.log("sandbox"))
        self.nginx.start([f"127.0.0.1:{port}" for port in self.ports])
        place["url"], place["authority"] = self.nginx.url, str(self.nginx.authority)
        place["shops"], place["sandboxPort"] = self.ports, self.sandbox
        say(f"all is there after {time.monotonic() - began:.0f} s")

    def start_galera(self):
        self.galera.start()

    def start_rabbitmq(self):
        self.rabbitmq.start()
        self.rabbitmq.wait()

    def start_etcd(self):
        self.etcd.start()
        self.etcd.wait()

    @staticmethod
    def together(*works):
        faults = []

        def guarded(work):
            try:
                work()
            except Exception as fault:
                faults.append(fault)
        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]


def say(text):
    print(text, flush=True)


def missing():
    programs = {"mariadbd": "mariadb-server", "mariadb": "mariadb-client", "rsync": "rsync", "etcd": "etcd-server",
                "nginx": "nginx-light", "openssl": "openssl", "epmd": "erlang-base"}
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [package for program, package in programs.items() if not shutil.which(program, path=path)]


def up():
    if Place(FOLDER).running:
        raise Fault(f"a cluster runs in {FOLDER} already; `make cluster-down` ends it")
    if missing():
        raise Fault(f"these packages are missing: {', '.join(missing())}; `bin/setup cluster` installs them")
    if not PROGRAM.exists():
        raise Fault(f"{PROGRAM} isn't built; `swift build --product martlet` builds it")
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    Place(FOLDER).clear()
    cluster = Cluster(Place(FOLDER))
    try:
        cluster.up()
    except BaseException:
        cluster.place.end(cluster.place.running)
        raise
    say(f"""
The shop:       {cluster.nginx.url}  (its authority: {cluster.nginx.authority})
The parts page: {cluster.nginx.url}/admin/parts
Log-ins:        {cluster.place.log("demo")}
Everything is in {FOLDER}; `make cluster-down` ends it.""")
    return cluster


def down():
    place = Place(FOLDER)
    order = lambda name: (["nginx", "shop", "jobs", "search", "payments", "sandbox"].index(name.rstrip("0123456789"))
                          if name.rstrip("0123456789") in ["nginx", "shop", "jobs", "search", "payments", "sandbox"] else 9)
    for rank in sorted({order(name) for name in place.running}):
        place.end([name for name in place.running if order(name) == rank])
    place.clear()
    say("The cluster has ended.")


def status():
    place = Place(FOLDER)
    if not place.names:
        say("No cluster runs.")
    for name in place.names:
        pid = place.pid(name)
        say(f"{name}\t{pid or '-'}\t{'runs' if pid else 'has ended'}\t{place.log(name)}")


def main():
    commands = {"up": up, "down": down, "status": status}
    command = commands.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if not command:
        raise SystemExit(__doc__)
    try:
        command()
    except Fault as fault:
        raise SystemExit(f"cluster: {fault}")


if __name__ == "__main__":
    main()
