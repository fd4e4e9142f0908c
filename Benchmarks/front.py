"""One MariaDB server and nginx, for what is measured with them: their own processes on loopback, ended with the run."""
import os
import pathlib
import pwd
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Cluster"))
from place import Place, is_answered, until
from servers import Nginx, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
SYSBENCH = ["--db-driver=mysql", "--mysql-user=martlet", "--mysql-password=martlet", "--mysql-db=sysbench",
            "--mysql-host=127.0.0.1", "--tables=4", "--table-size=10000"]


class MariaDB:
    """Each commit is on the disk before it is answered."""

    def __init__(self, folder):
        self.place = Place(folder)
        self.port, = self.place.ports("mariadb", 1)
        data = self.place.folder / "mariadb"
        data.mkdir(parents=True)
        user = pwd.getpwuid(os.geteuid()).pw_name
        run(["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
             f"--user={user}", f"--datadir={data}/data", f"--tmpdir={data}"], self.place.log("mariadb"))
        self.place.start("mariadb", [
            "mariadbd", "--no-defaults", f"--user={user}", f"--datadir={data}/data", f"--socket={data}/s",
            f"--tmpdir={data}", "--bind-address=127.0.0.1", f"--port={self.port}", f"--pid-file={data}/pid",
            "--skip-name-resolve", "--max-connections=500", "--innodb-buffer-pool-size=512M", "--innodb-flush-log-at-trx-commit=1",
            "--performance-schema=0", "--skip-log-bin"])
        until("MariaDB", 60, lambda: is_answered(self.port), self.place.log("mariadb"))
        run(["mariadb", "--no-defaults", "--user=root", f"--socket={data}/s"], self.place.log("mariadb"), given=b"""
            CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
            CREATE DATABASE sysbench;
            CREATE USER martlet@'%' IDENTIFIED BY 'martlet';
            GRANT ALL ON *.* TO martlet@'%';""")

    @property
    def url(self):
        return f"mysql://martlet:martlet@127.0.0.1:{self.port}/shop"

    def commits(self, seconds, workload, threads=16):
        """Transactions a second of sysbench, with as many connections as the shop has for writes."""
        command = ["sysbench", workload, *SYSBENCH, f"--mysql-port={self.port}", f"--threads={threads}",
                   f"--time={seconds}"]
        subprocess.run([*command, "prepare"], check=True, capture_output=True, timeout=120)
        out = subprocess.run([*command, "run"], check=True, capture_output=True, text=True, timeout=seconds + 60).stdout
        subprocess.run([*command, "cleanup"], check=True, capture_output=True, timeout=120)
        return float(re.search(r"transactions:\s+\d+\s+\(([\d.]+) per sec", out).group(1))

    def end(self):
        self.place.end(["mariadb"])


class Front:
    """nginx as it is shipped, but for its limits: one address asks for everything here."""

    def __init__(self, folder, node):
        place = Place(folder)
        nginx = Nginx(place, ROOT)
        nginx.certify()
        nginx.start([f"127.0.0.1:{node}"], limited=False)
        self.place, self.url = place, f"https://{nginx.name}:{nginx.https}"
        self.host = f"Host: {nginx.name}:{nginx.https}"

    def end(self):
        self.place.end(["nginx"])
