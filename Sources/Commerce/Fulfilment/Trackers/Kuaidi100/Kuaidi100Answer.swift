import Values

/// What Kuaidi100 says. It states numbers as text, and leaves out what it doesn't know.
enum Kuaidi100Answer {
  struct Subscription: Decodable {
    let returnCode: String
  }

  struct Push: Decodable {
    let status: String
    let lastResult: Result
  }

  struct Result: Decodable {
    let nu: String?
    let status: String?
    let state: String?
    let data: [Entry]?
    let result: Bool?
    let returnCode: String?
  }

  struct Entry: Decodable {
    let time: String?
    let ftime: String?
    let context: String?
    let status: String?
    let statusCode: String?
    let areaName: String?
  }
}

extension Kuaidi100Answer.Result {
  /// Entries without a time or words are left out, and beyond 200 the oldest.
  func report(isLast: Bool, isGivenUp: Bool) -> TrackingReport {
    let entries = (data ?? []).prefix(200)
    // The first of those that are told with the latest time.
    let newest = entries.indices.reduce(entries.indices.first) { best, index in
      guard let best, entries[index].moment > entries[best].moment else { return best }
      return index
    }
    return TrackingReport(
      trackingNumber: nu ?? "",
      traces: entries.indices.compactMap { index in
        // The state of the whole is that of its newest entry, where that states none.
        entries[index].trace(state: index == newest ? state : nil)
      }, isLast: isLast, isGivenUp: isGivenUp)
  }
}

extension Kuaidi100Answer.Entry {
  /// As China's clocks show it; its text order is the order of time.
  fileprivate var moment: String { ftime ?? time ?? "" }

  fileprivate func trace(state: String?) -> Trace? {
    guard let at = Timestamp(chineseText: moment), let context, !context.isEmpty else { return nil }
    let kind =
      state.flatMap(Kuaidi100State.kind(ofCode:)) ?? statusCode.flatMap(Kuaidi100State.kind(ofCode:))
      ?? status.flatMap(Kuaidi100State.kind(inWords:)) ?? .inTransit
    return Trace(at: at, kind: kind, text: context, place: areaName ?? "")
  }
}

/// The states of Kuaidi100 in the shop's words.
enum Kuaidi100State {
  private static let codes: [String: Trace.Kind] = [
    "0": .inTransit, "1": .collected, "2": .problem, "3": .delivered, "4": .returned, "5": .outForDelivery,
    "6": .returning, "7": .forwarded, "8": .customs, "10": .customs, "11": .customs, "12": .customs, "13": .customs,
    "14": .refused,
    // What happens before the carrier has it.
    "101": .inTransit, "102": .inTransit, "103": .collected,
    // In a locker or at a station.
    "501": .outForDelivery,
  ]

  private static let words: [String: Trace.Kind] = [
    "在途": .inTransit, "揽收": .collected, "疑难": .problem, "签收": .delivered, "退签": .returned, "派件": .outForDelivery,
    "退回": .returning, "转投": .forwarded, "清关": .customs, "拒签": .refused,
  ]

  /// Unknown codes of three digits are variants of what their first digit says; of four, of being on the way. Nil for
  /// what isn't a code.
  static func kind(ofCode code: String) -> Trace.Kind? {
    if let known = codes[code] { return known }
    guard !code.isEmpty, code.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return code.utf8.count == 3 ? codes[String(code.prefix(1))] ?? .inTransit : .inTransit
  }

  static func kind(inWords text: String) -> Trace.Kind? { words[text] }
}
