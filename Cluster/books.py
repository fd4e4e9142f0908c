"""Compares what buyers were promised with what a cluster stored."""
import collections
import subprocess

from place import Fault, until

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
Order = collections.namedtuple("Order", "number state is_paid id checkout buyer")


def shown(order):
    """An order's id as the program shows it, and as it names the order's letters."""
    text = ""
    for _ in range(13):
        order, digit = divmod(order, 32)
        text = DIGITS[digit] + text
    return f"ord_{text}"


class Books:
    """The stored orders, payments and letters of a cluster, beside the record of its buyers."""

    def __init__(self, cluster, record, program):
        self.cluster, self.record, self.program = cluster, record, program
        self.faults = []
        self.letters = 0

    def compare(self):
        """What isn't as it must be, a sentence each."""
        until("the outbox is empty", 60, lambda: self.rows("SELECT COUNT(*) FROM outbox") == [["0"]])
        self.audit()
        orders = self.orders()
        self.compare_promises({order.number: order for order in orders})
        self.compare_wishes([order for order in orders if order.buyer in self.record.accounts])
        self.compare_payments()
        self.compare_letters(orders)
        return self.faults

    def orders(self):
        rows = self.rows("SELECT o.number, o.state, o.payment_id IS NOT NULL, o.id, o.checkout, a.email FROM order_head o"
                         " JOIN account a ON a.id = o.buyer_id")
        return [Order(number, state, is_paid == "1", shown(int(order)), checkout, buyer)
                for number, state, is_paid, order, checkout, buyer in rows]

    def audit(self):
        done = subprocess.run(
            [self.program, "audit"], env=self.cluster.environment(), capture_output=True, text=True, timeout=120)
        if done.returncode:
            self.faults += done.stdout.strip().splitlines()[:20] or [f"martlet audit: {done.stderr[-500:]}"]

    def compare_promises(self, stored):
        """Every order that was acknowledged is there, and is the buyer's; what the buyer paid is paid."""
        for number, buyer in self.record.orders.items():
            if number not in stored:
                self.faults.append(f"order {number} was acknowledged and isn't there")
            elif stored[number].buyer != buyer:
                self.faults.append(f"order {number} was acknowledged to {buyer} and is {stored[number].buyer}'s")
        for number in self.record.paid:
            state = stored[number].state if number in stored else None
            if state in (None, "awaitingPayment", "cancelled"):
                self.faults.append(f"order {number} was paid and is {state}")

    def compare_wishes(self, orders):
        """A wish becomes one order, since its goods are one merchant's. Buyers wish for one thing after another, so each
        has at most one order that wasn't acknowledged or isn't paid: what was under way when the drill ended."""
        wishes, open_orders = collections.defaultdict(list), collections.defaultdict(list)
        for order in orders:
            wishes[order.checkout].append(order.number)
            if order.number not in self.record.paid:
                open_orders[order.buyer].append(order.number)
        for checkout, numbers in wishes.items():
            if len(numbers) > 1:
                self.faults.append(f"the wish {checkout} became the orders {', '.join(numbers)}")
        for buyer, numbers in open_orders.items():
            if len(numbers) > 1:
                self.faults.append(f"{buyer} has orders that nobody asked for, or that stay open: {', '.join(numbers)}")

    def compare_payments(self):
        twice = self.rows("SELECT share.order_id FROM payment_share share JOIN payment ON payment.id = share.payment_id"
                          " WHERE payment.state = 'captured' GROUP BY share.order_id HAVING COUNT(*) > 1")
        self.faults += [f"order {order} was paid twice" for order, in twice]

    def compare_letters(self, orders):
        """A letter goes out for each order that was placed and for each that was paid, named by the order. So a second one
        would never be seen, and the facts that were handled are counted as well: one for each order."""
        paid = [order for order in orders if order.is_paid]
        owed = {"order-placed": orders, "order-paid": paid}
        wanted = {f"{kind}-{order.id}": order for kind, owing in owed.items() for order in owing}
        handled = {"letters.whenOrderPlaced": len(orders), "letters.whenOrderPaid": len(paid)}
        try:
            until("all letters", 60, lambda: wanted.keys() <= self.written() and self.handled(handled) == handled)
        except Fault:
            pass  # What is missing is named below.
        written = self.written()
        self.letters = len(written)
        for name in sorted(wanted.keys() - written):
            self.faults.append(f"the letter {name}, of order {wanted[name].number}, isn't there")
        for name in sorted(written - wanted.keys()):
            self.faults.append(f"the letter {name} is there, and no order for it")
        for subscriber, count in self.handled(handled).items():
            if count != handled[subscriber]:
                self.faults.append(f"{subscriber} handled {count} facts, and there are {handled[subscriber]} orders for it")

    def written(self):
        mail = self.cluster.place.folder / "data/mail"
        return {file.stem for kind in ("order-placed", "order-paid") for file in mail.glob(f"{kind}-*.eml")}

    def handled(self, subscribers):
        counts = dict(self.rows("SELECT subscriber, COUNT(*) FROM inbox GROUP BY subscriber"))
        return {name: int(counts.get(name, 0)) for name in subscribers}

    def rows(self, sql):
        """Throws where the books can't be read: nothing read must not pass for nothing wrong."""
        done = subprocess.run(
            self.cluster.galera.client("galera2") + [f"--execute=USE martlet; {sql}"], capture_output=True, text=True,
            timeout=30)
        if done.returncode:
            raise Fault(f"the books can't be read: {done.stderr.strip()[-300:]}")
        return [line.split("\t") for line in done.stdout.splitlines()]
