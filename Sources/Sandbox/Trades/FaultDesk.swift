import Synchronization

/// What goes wrong on purpose.
enum FaultKind: String, Codable, CaseIterable, Sendable {
  // Calls of the merchant's.
  case timeoutBefore, timeoutAfter, errorBefore, errorAfter, tamperedAnswer, unsignedAnswer
  // Notices.
  case loseNotice, duplicateNotice, delayNotice, reorderNotice, tamperNotice, wrongAmount, wrongCurrency, wrongNumber
  case foreignNotice, badSignature, signatureProbe
  // Refunds.
  case refundStuck, refundAbnormal, refundFails, insufficientBalance
}

/// So many times, something goes wrong at a provider.
struct FaultOrder: Codable, Hashable, Sendable {
  var kind: FaultKind
  var times = 1
  /// Only calls whose name or path holds this; empty for all.
  var call = ""
  /// How long a timeout or a delay lasts, in seconds of the world: 0…600.
  var seconds = 0.0

  init(kind: FaultKind, times: Int = 1, call: String = "", seconds: Double = 0) {
    self.kind = kind
    self.times = times
    self.call = call
    self.seconds = seconds
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(FaultKind.self, forKey: .kind)
    times = min(max(0, try container.decodeIfPresent(Int.self, forKey: .times) ?? 1), 1_000_000)
    call = try container.decodeIfPresent(String.self, forKey: .call) ?? ""
    seconds = min(max(0, try container.decodeIfPresent(Double.self, forKey: .seconds) ?? 0), 600)
  }
}

/// What is to be wrong with one attempt at a notice.
struct NoticeSpoil: Hashable, Sendable {
  var isTampered = false
  var hasWrongAmount = false
  var hasWrongCurrency = false
  var hasWrongNumber = false
  var isForeign = false
  /// Signed with a key that isn't the provider's.
  var hasBadSignature = false
  /// A signature that the provider sends on purpose to see whether it is looked at.
  var isProbe = false
}

/// The faults that are ordered, for the control API to write and the others to use up.
final class FaultDesk: Sendable {
  private let orders = Mutex<[Brand: [FaultOrder]]>([:])

  func add(_ order: FaultOrder, at brand: Brand) { orders.withLock { $0[brand, default: []].append(order) } }
  func clear(_ brand: Brand) { orders.withLock { $0[brand] = nil } }
  func orders(at brand: Brand) -> [FaultOrder] { orders.withLock { $0[brand] ?? [] } }

  /// Uses up one of the first order that fits.
  /// - Parameter call: the name or path of the call that it is about.
  func take(_ kind: FaultKind, at brand: Brand, call: String = "") -> FaultOrder? {
    orders.withLock { all in
      guard
        let index = all[brand]?.firstIndex(where: {
          $0.kind == kind && $0.times > 0 && ($0.call.isEmpty || call.contains($0.call))
        }), let order = all[brand]?[index]
      else { return nil }
      if order.times == 1 { all[brand]?.remove(at: index) } else { all[brand]?[index].times -= 1 }
      return order
    }
  }

  func spoil(at brand: Brand, event: String) -> NoticeSpoil {
    func isOrdered(_ kind: FaultKind) -> Bool { take(kind, at: brand, call: event) != nil }
    return NoticeSpoil(
      isTampered: isOrdered(.tamperNotice), hasWrongAmount: isOrdered(.wrongAmount),
      hasWrongCurrency: isOrdered(.wrongCurrency), hasWrongNumber: isOrdered(.wrongNumber),
      isForeign: isOrdered(.foreignNotice), hasBadSignature: isOrdered(.badSignature),
      isProbe: isOrdered(.signatureProbe))
  }
}
