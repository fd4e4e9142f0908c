import HTTPTypes
import Hummingbird
import Pages
import Payments

/// The browser that pays, as far as it says: how a method brings its buyer there follows from it.
struct PayingDevice: Sendable {
  private static let marks = ["Mobile", "Android", "iPhone", "iPad"]

  let isPhone: Bool
  /// WeChat's own browser: its pages for phones don't open there.
  let isInWeChat: Bool
  let client: PayingClient

  init(_ request: Request, _ visit: Visit) {
    let agent = request.headers[.userAgent] ?? ""
    isPhone = Self.marks.contains { agent.contains($0) }
    isInWeChat = agent.contains("MicroMessenger")
    client = PayingClient(address: visit.client.isEmpty ? nil : visit.client)
  }

  /// A page for the device; a code where the method prefers it on a computer, where it has nothing else, and where its page
  /// wouldn't open. What needs an app has no page.
  func way(of method: PaymentMethod, among ways: [PaymentWay]) -> PaymentWay {
    if !isPhone || hides(method), ways.first == .code { return .code }
    let wanted: [PaymentWay] = isPhone ? [.mobile, .page, .code] : [.page, .code, .mobile]
    return wanted.first { ways.contains($0) } ?? .page
  }

  /// Whether another browser, or another phone's camera, is needed for what the method hands over.
  func hides(_ method: PaymentMethod) -> Bool { isInWeChat && method == WeChatProvider.name }
}
