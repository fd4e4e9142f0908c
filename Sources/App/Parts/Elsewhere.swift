import Governance
import Logging
import Remote
import Values

/// The contexts that other processes do for this one.
struct Elsewhere: Sendable {
  let payments: RemotePayments?
  let search: RemoteSearch?
  let callers: [RemoteCaller]

  static let nowhere = Elsewhere(payments: nil, search: nil, callers: [])

  private init(payments: RemotePayments?, search: RemoteSearch?, callers: [RemoteCaller]) {
    (self.payments, self.search, self.callers) = (payments, search, callers)
  }

  /// - Parameter registry: knows where they are.
  init(
    for parts: Set<Part>, by registry: any Registry, _ section: PartsSection, clock: WallClock, logger: Logger
  ) {
    func caller(_ part: Part) -> RemoteCaller? {
      guard !parts.contains(part) else { return nil }
      return RemoteCaller(
        part: part.rawValue, registry: registry, security: section.security, limits: section.callerLimits,
        clock: clock, logger: logger)
    }
    let (payments, search) = (caller(.payments), caller(.search))
    self.init(
      payments: payments.map(RemotePayments.init), search: search.map(RemoteSearch.init),
      callers: [payments, search].compactMap(\.self))
  }

  func close() { for caller in callers { caller.close() } }
}
