import Storage
import Synchronization

/// Looks at the main server and at its replicas once a second. What a replica lacks is measured and not believed: it is as
/// old as the last moment at which the main server hadn't come further than the replica has now. So a replica that stands
/// still, that is cut off, or that nobody looks at any more grows old by itself.
final class ReplicaWatch: Sendable {
  private static let pause = Duration.seconds(1)
  /// Marks kept: what is further behind is behind without a measure.
  private static let mostMarks = 60

  let replicas: [Replica]
  private let main: any Storage.Database
  private let marks = Mutex<[Replica.Mark]>([])
  private let preferred: Mutex<Int>

  init(_ replicas: [Replica], of main: any Storage.Database) {
    self.replicas = replicas
    self.main = main
    // Programs that share the replicas begin with different ones.
    preferred = Mutex(Int.random(in: 0..<max(replicas.count, 1)))
  }

  /// Those that may be read now, the one that was read last before the others: from one replica to another, time may run
  /// backwards.
  var fit: [Replica] {
    let first = preferred.withLock { $0 }
    return (replicas[first...] + replicas[..<first]).filter(\.isFit)
  }

  func prefer(_ replica: Replica) {
    guard let place = replicas.firstIndex(where: { $0 === replica }) else { return }
    preferred.withLock { $0 = place }
  }

  /// Looks at all of them once.
  func look() async {
    await lookAtMain()
    await withTaskGroup { group in
      for replica in replicas { group.addTask { await replica.look(self.marks.withLock { $0 }) } }
    }
  }

  /// Looks until the task is cancelled; none of the servers waits for another.
  func keep() async {
    await withTaskGroup { group in
      group.addTask { await Self.repeatedly { await self.lookAtMain() } }
      for replica in replicas {
        group.addTask { await Self.repeatedly { await replica.look(self.marks.withLock { $0 }) } }
      }
    }
  }

  private static func repeatedly(_ look: () async -> Void) async {
    while (try? await Task.sleep(for: pause)) != nil { await look() }
  }

  private func lookAtMain() async {
    // Before it is asked: what it answers may be newer, and then only makes the replicas look older.
    let now = ContinuousClock.now
    guard let status = try? await main.read({ try ReplicationStatus(in: $0) }), let position = status.written else {
      return
    }
    marks.withLock { $0 = ($0 + [Replica.Mark(at: now, position: position)]).suffix(Self.mostMarks) }
  }
}
