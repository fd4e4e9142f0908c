import Configuration
import Fulfilment

/// Who tells the shop where parcels are.
struct TrackingSection: Sendable {
  /// Nil means that of the sandbox where it is offered, else Kuaidi100 itself.
  var url: String?
  /// The company's identity there.
  var customer: String
  /// What both sign with; empty means that nobody is asked, save the sandbox, whose own secret is the key.
  var key: String

  init(_ reader: ConfigReader) throws {
    let text = reader.string(forKey: "tracking.url", default: "")
    if !text.isEmpty, text.wholeMatch(of: /https?:\/\/[^\s?#]+[^\s?#\/]/) == nil {
      throw SettingFault(
        key: "tracking.url", value: text,
        expected: "an address without a slash at the end, such as \(Kuaidi100.address)")
    }
    url = text.isEmpty ? nil : text
    customer = reader.string(forKey: "tracking.customer", default: "")
    key = reader.string(forKey: "tracking.key", isSecret: true, default: "")
    if !key.isEmpty, customer.isEmpty {
      throw SettingFault(key: "tracking.customer", value: "", expected: "the customer that tracking.key belongs to")
    }
  }

  /// Nil where there is nobody to ask.
  func tracker(_ settings: Settings, _ http: any TrackerHTTP) throws -> (any ParcelTracker)? {
    if !key.isEmpty {
      return Kuaidi100(baseURL: url ?? Kuaidi100.address, customer: customer, key: key, http: http)
    }
    guard settings.sandbox.isOffered else { return nil }
    return Kuaidi100(
      baseURL: url ?? settings.sandbox.url + "/kuaidi100", customer: settings.sandbox.merchant,
      key: try settings.sandbox.secret, http: http)
  }
}
