import Synchronization
import Values

/// Whose goods or shop the page of a request shows, told by the page to what counts visitors around it.
public final class ShownMerchant: Sendable {
  private let shown = Mutex<MerchantID?>(nil)

  init() {}

  public var merchant: MerchantID? { shown.withLock { $0 } }

  public func note(_ merchant: MerchantID) { shown.withLock { $0 = merchant } }
}
