/// The way to one subscriber: a queue per subject, of which at most `width` are served at once. A subject whose event
/// failed rests without holding a place; the others go on. A subscriber who hears many at once has one queue instead.
struct Lane {
  let subscription: Subscription
  let width: Int
  private var gathered = Queue<Delivery>()
  /// What such a subscriber is told again.
  private var repeats = Queue<Delivery>()
  private var queues: [String: Queue<Delivery>] = [:]
  /// Subjects with events that nobody serves and that aren't resting.
  private var ready = Queue<String>()
  private var served = 0
  private var failures: [String: Int] = [:]
  /// What this process couldn't follow.
  private(set) var missed = 0
  private var toldAgain = 0

  init(_ subscription: Subscription, width: Int) {
    self.subscription = subscription
    self.width = width
  }

  mutating func enqueue(_ delivery: Delivery) {
    guard subscription.gathering == nil else {
      return delivery.isRepeat ? repeats.append(delivery) : gathered.append(delivery)
    }
    let subject = delivery.envelope.subject
    if queues[subject] == nil { ready.append(subject) }
    queues[subject, default: Queue()].append(delivery)
  }

  /// Takes a place for one more worker if there is work and room.
  mutating func admitWorker() -> Bool {
    let hasWork =
      subscription.gathering == nil
      ? served < width && !ready.isEmpty : served == 0 && !(gathered.isEmpty && repeats.isEmpty)
    guard hasWork else { return false }
    served += 1
    return true
  }

  /// The subject that a worker serves next; nil gives its place back.
  mutating func nextSubject() -> String? {
    if let subject = ready.popFirst() { return subject }
    served -= 1
    return nil
  }

  /// What the one worker of a gathering subscriber serves next; none gives its place back. What is told again comes
  /// one by one, when there is nothing new.
  mutating func nextBatch(limit: Int) -> [Delivery] {
    var batch: [Delivery] = []
    while batch.count < limit, let delivery = gathered.popFirst() { batch.append(delivery) }
    if batch.isEmpty, let delivery = repeats.popFirst() { batch.append(delivery) }
    if batch.isEmpty { served -= 1 }
    return batch
  }

  /// The event at the head of the subject's queue; nil when there is none, and the subject is done with.
  mutating func head(of subject: String) -> Delivery? {
    if let delivery = queues[subject]?.first { return delivery }
    queues[subject] = nil
    return nil
  }

  /// The event at the head is done with.
  mutating func drop(headOf subject: String) {
    queues[subject]?.popFirst()
    failures[subject] = nil
  }

  /// Counts the failures of the event at the head.
  mutating func noteFailure(of subject: String) -> Int {
    let count = failures[subject, default: 0] + 1
    failures[subject] = count
    return count
  }

  /// Counts what this process couldn't follow. Answers false when so many are told again already: it counts for as long as
  /// the process lives.
  mutating func noteMissed(limit: Int) -> Bool {
    missed += 1
    guard toldAgain < limit else { return false }
    toldAgain += 1
    return true
  }

  /// What was told again was followed, or can't be any more.
  mutating func dropMissed() {
    missed -= 1
    toldAgain -= 1
  }

  /// The subject has rested.
  mutating func wake(_ subject: String) { ready.append(subject) }
}
