import Synchronization

/// How browsers reach the platform. Not known before it listens when the system chooses the port.
final class PublicAddress: Sendable {
  private let text: Mutex<String>

  init(_ text: String) { self.text = Mutex(text) }

  func set(_ address: String) { text.withLock { $0 = address } }
  var base: String { text.withLock { $0 } }
  func cashier(of payment: SandboxPayment) -> String { "\(base)/cashier/\(payment.token)" }
}
