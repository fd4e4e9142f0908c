import Payments
import Synchronization

/// The network between providers and the shop: notices wait here until the dice take one of them, in any order.
final class Post: Sendable {
  struct Notice: Sendable {
    let method: PaymentMethod
    let raw: RawNotice
    /// Told until the shop takes it, since no question brings it to light.
    let isStubborn: Bool
  }

  private let waiting = Mutex<[Notice]>([])

  var count: Int { waiting.withLock { $0.count } }

  func put(_ notice: Notice) { waiting.withLock { $0.append(notice) } }

  func take(_ dice: inout Dice) -> Notice? {
    waiting.withLock { waiting in
      guard !waiting.isEmpty else { return nil }
      return waiting.remove(at: dice.number(0...waiting.count - 1))
    }
  }

  /// The one that was told first of those that wait.
  func takeFirst() -> Notice? { waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
