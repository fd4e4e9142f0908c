"""Where a cluster lives: one folder with everything that its processes write, and the list of these processes."""
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time


class Fault(Exception):
    """What a person can act on, as one sentence."""


class Overdue(Exception):
    """A program that was given a time has had all of it."""


class Time:
    """What is left of a program's time. It's looked at where something is waited for and nowhere else, so that no process
    is begun without being written down."""

    def __init__(self):
        self.end = None

    def limit(self, seconds):
        self.end = None if seconds is None else time.monotonic() + seconds

    def rest(self, seconds):
        """Sleeps, but not beyond the end. Throws `Overdue` there."""
        left = seconds if self.end is None else min(seconds, self.end - time.monotonic())
        time.sleep(max(0, left))
        if self.end is not None and time.monotonic() >= self.end:
            raise Overdue()


# Of this program; without end unless it sets one.
allotted = Time()


# Below the ports that the system gives to outgoing connections, and no number twice.
numbers = itertools.count(20_000 + os.getpid() % 500 * 20)


def free_ports(count):
    """Ports on loopback that nobody listens on."""
    found = []
    while len(found) < count:
        number = 12_000 + (next(numbers) - 12_000) % 20_000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
                found.append(number)
            except OSError:
                pass
    return found


def is_answered(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(what, seconds, test, beside=None):
    """Waits for a condition. `beside` says what is to be read when it doesn't come."""
    deadline = time.monotonic() + seconds
    while True:
        if test():
            return
        if time.monotonic() > deadline:
            raise Fault(f"{what} didn't come true within {seconds} s" + (f"; see {beside}" if beside else ""))
        allotted.rest(0.1)


def began(pid):
    """When the process began, in ticks since the machine did: the same number again is another process. None if gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


class Place:
    """The folder, and what runs in it. Everything is written down, so that another command ends what this one began."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "cluster.json"
        self.children = {}
        self.lock = threading.RLock()
        self.check()
        self.state = json.loads(self.file.read_text()) if self.file.exists() else {"processes": {}, "ports": {}}

    def check(self):
        """Only what a cluster wrote, and for whoever runs it, may be read as one, overwritten or deleted."""
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            raise Fault(f"{self.folder} isn't a folder; name another in CLUSTER_FOLDER")
        if not self.folder.exists():
            return
        if any(self.folder.iterdir()) and (self.file.is_symlink() or not self.file.is_file()):
            raise Fault(f"{self.folder} holds something else than a cluster; name another in CLUSTER_FOLDER, or empty it")
        for path in (self.folder, self.file):
            if path.exists() and path.stat().st_uid != os.geteuid():
                raise Fault(f"{path} is somebody else's; name another folder in CLUSTER_FOLDER")

    def clear(self):
        """Deletes the folder of a cluster."""
        self.check()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __getitem__(self, key):
        return self.state[key]

    def __setitem__(self, key, value):
        self.state[key] = value
        self.save()

    def save(self):
        with self.lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self.file.with_suffix(".new")
            # It names secrets.
            fresh.unlink(missing_ok=True)
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                json.dump(self.state, out, indent=1)
            fresh.rename(self.file)

    def ports(self, name, count):
        """Ports of one's own: the same whenever they're asked for."""
        with self.lock:
            if name not in self.state["ports"]:
                self.state["ports"][name] = free_ports(count)
            return self.state["ports"][name]

    def log(self, name):
        return self.folder / "log" / f"{name}.log"

    def start(self, name, command, env=None, cwd=None):
        """Starts a process in a session of its own, so that no terminal ends it."""
        log = self.log(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            child = subprocess.Popen(
                [str(word) for word in command], env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True)
        with self.lock:
            self.children[name] = child
            self.state["processes"][name] = {
                "pid": child.pid, "began": began(child.pid), "command": [str(word) for word in command], "env": env,
                "cwd": str(cwd) if cwd else None}
            self.save()

    def again(self, name):
        """Starts a process that has ended, just as before."""
        known = self.state["processes"][name]
        self.start(name, known["command"], known["env"], known["cwd"])

    def pid(self, name):
        """Of a process that runs; None when it has ended."""
        child = self.children.get(name)
        if child:
            child.poll()
        known = self.state["processes"][name]
        return known["pid"] if known["began"] is not None and began(known["pid"]) == known["began"] else None

    def tell(self, name, sign):
        pid = self.pid(name)
        if pid:
            os.kill(pid, sign)

    def end(self, names, seconds=30):
        """Asks to end, and kills what doesn't."""
        for name in names:
            self.tell(name, signal.SIGCONT)
            self.tell(name, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while any(self.pid(name) for name in names) and time.monotonic() < deadline:
            time.sleep(0.1)
        for name in names:
            self.tell(name, signal.SIGKILL)
        until("the end of " + ", ".join(names), 10, lambda: not any(self.pid(name) for name in names))

    @property
    def names(self):
        return list(self.state["processes"])

    @property
    def running(self):
        return [name for name in self.names if self.pid(name)]
