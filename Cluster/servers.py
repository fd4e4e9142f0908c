"""The servers that the shop stands on, as Debian ships them: how each is started, and when it is there."""
import os
import pathlib
import pwd
import shutil
import subprocess

from place import Fault, is_answered, until

GALERA = "/usr/lib/galera/libgalera_smm.so"
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


def run(command, log, env=None, given=None):
    """Runs a command to its end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        done = subprocess.run(
            [str(word) for word in command], env=env, input=given, stdout=out, stderr=out, timeout=300)
    if done.returncode:
        raise Fault(f"{command[0]} ended with {done.returncode}; see {log}")


class Etcd:
    """Three members, of which two must run."""

    def __init__(self, place):
        self.place = place
        ports = place.ports("etcd", 6)
        self.members = {f"etcd{number + 1}": (ports[number * 2], ports[number * 2 + 1]) for number in range(3)}
        self.address = "http://" + ",".join(f"127.0.0.1:{clients}" for clients, _ in self.members.values())

    def start(self):
        everyone = ",".join(f"{name}=http://127.0.0.1:{peers}" for name, (_, peers) in self.members.items())
        for name, (clients, peers) in self.members.items():
            self.place.start(name, [
                "etcd", "--name", name, "--data-dir", self.place.folder / name, "--log-level", "warn",
                "--listen-client-urls", f"http://127.0.0.1:{clients}",
                "--advertise-client-urls", f"http://127.0.0.1:{clients}",
                "--listen-peer-urls", f"http://127.0.0.1:{peers}",
                "--initial-advertise-peer-urls", f"http://127.0.0.1:{peers}",
                "--initial-cluster", everyone, "--initial-cluster-state", "new", "--initial-cluster-token", "martlet"])

    def wait(self):
        for name, (clients, _) in self.members.items():
            until(f"{name}", 60, lambda: is_answered(clients), self.place.log(name))


class Galera:
    """Three MariaDB nodes that all take writes. Each holds everything."""

    password = "martlet"

    def __init__(self, place):
        self.place = place
        ports = place.ports("galera", 12)
        self.nodes = {
            f"galera{number + 1}": dict(zip(("port", "replication", "catch_up", "transfer"), ports[number * 4:]))
            for number in range(3)}

    def url(self, database):
        hosts = ",".join(f"127.0.0.1:{node['port']}" for node in self.nodes.values())
        return f"mysql://martlet:{self.password}@{hosts}/{database}"

    def command(self, name):
        node, folder = self.nodes[name], self.place.folder / name
        members = ",".join(f"127.0.0.1:{other['replication']}" for other in self.nodes.values())
        return [
            "mariadbd", "--no-defaults", f"--user={self.user}", f"--datadir={folder}/data", f"--socket={folder}/s",
            # A server that starts deletes the temporary tables of others that share its folder for them.
            f"--tmpdir={folder}", "--bind-address=127.0.0.1", f"--port={node['port']}", f"--pid-file={folder}/pid",
            "--skip-name-resolve", "--max-connections=500", "--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=1",
            "--innodb-autoinc-lock-mode=2", "--binlog-format=ROW", "--performance-schema=0", "--wsrep-on=ON",
            f"--wsrep-provider={GALERA}", "--wsrep-cluster-name=martlet", f"--wsrep-cluster-address=gcomm://{members}",
            "--wsrep-node-address=127.0.0.1", f"--wsrep-node-name={name}", "--wsrep-sst-method=rsync",
            f"--wsrep-sst-receive-address=127.0.0.1:{node['transfer']}", "--wsrep-slave-threads=4",
            # A read on one node sees what was committed on another before it.
            "--wsrep-sync-wait=1",
            "--wsrep-provider-options="
            f"base_port={node['replication']};gmcast.listen_addr=tcp://127.0.0.1:{node['replication']};"
            f"ist.recv_addr=127.0.0.1:{node['catch_up']};gcache.size=64M;"
            # A member that says nothing for two seconds is suspected, after four it is out.
            "evs.keepalive_period=PT0.5S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S;"
            "evs.inactive_check_period=PT0.5S;evs.install_timeout=PT4S;pc.recovery=true"]

    @property
    def user(self):
        """Not root, for whom rsync would write as nobody."""
        return "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def start(self):
        for name in self.nodes:
            folder = self.place.folder / name
            folder.mkdir(parents=True)
            if os.geteuid() == 0:
                shutil.chown(folder, self.user)
            if name == "galera1":
                run(["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
                     f"--user={self.user}", f"--datadir={folder}/data", f"--tmpdir={folder}"], self.place.log(name))
            else:
                # Receives everything from a node that has it.
                (folder / "data").mkdir()
                if os.geteuid() == 0:
                    shutil.chown(folder / "data", self.user)
        self.begin("galera1", new=True)
        self.wait("galera1")
        self.say("galera1", f"""
            CREATE DATABASE martlet CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
            CREATE USER martlet@'%' IDENTIFIED BY '{self.password}';
            GRANT ALL ON martlet.* TO martlet@'%';""")
        for name in ("galera2", "galera3"):
            self.begin(name)
            self.wait(name)

    def is_first(self, name):
        """Whether the cluster has no member yet."""
        return not any(self.ask(other, "SELECT 1") == "1" for other in self.nodes if other != name)

    def begin(self, name, new=False):
        """The first of a cluster that has no member yet begins it; every other start joins."""
        self.place.start(name, self.command(name) + (["--wsrep-new-cluster"] if new else []))
        # As it's started again.
        self.place.state["processes"][name]["command"] = [str(word) for word in self.command(name)]
        self.place.save()

    def wait(self, name, seconds=120):
        tries = iter(range(20))

        def synced():
            if not self.place.pid(name):
                # Some kernels answer now and then that a thread which was just started isn't there.
                if "thread schedparams" not in self.place.log(name).read_text(errors="replace")[-4000:] or (
                        next(tries, None) is None):
                    raise Fault(f"{name} has ended; see {self.place.log(name)}")
                self.begin(name, new=self.is_first(name))
            return self.ask(name, "SHOW STATUS LIKE 'wsrep_local_state_comment'").endswith("Synced")
        until(name, seconds, synced, self.place.log(name))

    def busiest(self):
        """The node that the program talks to: hosts are tried in turn, and one that works is kept."""
        def threads(name):
            return int(self.ask(name, "SHOW STATUS LIKE 'Threads_connected'").split("\t")[-1] or 0)
        return max(self.nodes, key=threads)

    def client(self, name):
        return ["mariadb", "--no-defaults", "--user=root", f"--socket={self.place.folder}/{name}/s",
                "--connect-timeout=3", "--batch", "--skip-column-names"]

    def ask(self, name, sql):
        try:
            done = subprocess.run(
                self.client(name) + [f"--execute={sql}"], capture_output=True, text=True, timeout=10)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.strip()

    def say(self, name, sql):
        run(self.client(name), self.place.log(name), given=sql.encode())


class RabbitMQ:
    """One broker, with an Erlang name server of its own."""

    def __init__(self, place):
        self.place = place
        self.port, self.mapper, self.distribution = place.ports("rabbitmq", 3)
        self.address = f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self):
        folder = self.place.folder / "rabbitmq"
        folder.mkdir(parents=True)
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.console = false\nlog.file.level = warning\n")
        (folder / "enabled_plugins").write_text("[].\n")
        self.place.start("epmd", ["epmd", "-address", "127.0.0.1", "-port", self.mapper])
        self.place.start("rabbitmq", [RABBITMQ], cwd=folder, env={
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder),
            "ERL_EPMD_PORT": str(self.mapper), "RABBITMQ_NODENAME": "martlet@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins", "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log", "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/config",
            # So that the script becomes the server, and its process id the server's.
            "detached": "yes"})

    def wait(self):
        until("RabbitMQ", 120, self.is_there, self.place.log("rabbitmq"))

    def is_there(self):
        return is_answered(self.port)


class Nginx:
    """The front, with deploy/nginx as it is shipped."""

    name = "localhost"

    def __init__(self, place, root):
        self.place, self.root = place, root
        self.http, self.https = place.ports("nginx", 2)
        self.folder = place.folder / "nginx"
        self.authority = self.folder / "authority.pem"

    @property
    def url(self):
        return f"https://{self.name}:{self.https}"

    def certify(self):
        """An authority that nobody trusts but who is told to, and a certificate for `localhost`."""
        self.folder.mkdir(parents=True)
        log, key = self.place.log("openssl"), ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        run(["openssl", "req", "-x509", "-days", "30", "-subj", "/CN=Martlet cluster", *key,
             "-keyout", self.folder / "authority.key", "-out", self.authority], log)
        run(["openssl", "req", "-subj", f"/CN={self.name}", *key, "-keyout", self.folder / "front.key",
             "-out", self.folder / "front.csr"], log)
        (self.folder / "front.ext").write_text(f"subjectAltName=DNS:{self.name},IP:127.0.0.1\n")
        run(["openssl", "x509", "-req", "-days", "30", "-in", self.folder / "front.csr", "-CA", self.authority,
             "-CAkey", self.folder / "authority.key", "-CAcreateserial", "-extfile", self.folder / "front.ext",
             "-out", self.folder / "front.pem"], log)

    def start(self, nodes, limited=True):
        """`limited` leaves the limits by address in force."""
        env = {**os.environ, "MARTLET_HTTP_PUBLIC_URL": self.url, "NGINX_NODES": " ".join(nodes),
               "NGINX_CERTIFICATE": str(self.folder / "front.pem"), "NGINX_KEY": str(self.folder / "front.key"),
               "NGINX_ADDRESSES": "127.0.0.1", "NGINX_HTTP_PORT": str(self.http),
               "NGINX_MAINTENANCE": str(self.folder / "maintenance"), "NGINX_ACME": str(self.folder / "acme")}
        done = subprocess.run([self.root / "deploy/nginx/render"], env=env, capture_output=True, text=True)
        if done.returncode:
            raise Fault(done.stderr.strip())
        lines = done.stdout.splitlines(keepends=True)
        if not limited:
            lines = [line for line in lines if not line.lstrip().startswith(("limit_req ", "limit_conn "))]
        (self.folder / "martlet.conf").write_text("".join(lines))
        (self.folder / "nginx.conf").write_text(self.surroundings)
        self.place.start("nginx", [
            "nginx", "-c", self.folder / "nginx.conf", "-p", self.folder, "-e", self.place.log("nginx"),
            "-g", "daemon off;"])
        until("nginx", 20, lambda: is_answered(self.https), self.place.log("nginx"))

    @property
    def surroundings(self):
        # Workers of a root that starts this for itself must read what is in the folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        paths = "\n".join(
            f"  {kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"{user}worker_processes 2;\npid {self.folder}/pid;\nevents {{ worker_connections 1024; }}\n"
                f"http {{\n  include /etc/nginx/mime.types;\n  access_log off;\n{paths}\n"
                f"  include {self.folder}/martlet.conf;\n}}\n")

    def workers(self):
        master = self.place.pid("nginx")
        if not master:
            return []
        return [int(pid) for pid in
                pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()]
